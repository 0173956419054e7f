# Table 1 of the right heart catheterisation study (Connors AF, et al. JAMA 1996, 276:889-897):
# RHC versus no RHC. Writes only p values, differences and other aggregates, no patient's data.
# Rscript validation/study/rhc.R PATH/TO/rhc.csv

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))
source(here("differences_formulas.R"))
options(warn = -1)

rhc <- read.csv(commandArgs(TRUE)[1], na.strings = c("", "NA"), stringsAsFactors = FALSE)
group <- factor(rhc$swang1, levels = c("No RHC", "RHC"))

numbers <- c("age", "edu", "surv2md1", "das2d3pc", "t3d30", "aps1", "scoma1", "meanbp1", "wblc1",
             "hrt1", "resp1", "temp1", "pafi1", "alb1", "hema1", "bili1", "crea1", "sod1", "pot1",
             "paco21", "ph1", "wtkilo1", "adld3p", "urin1")
categories <- c("cat1", "cat2", "ca", "death", "cardiohx", "chfhx", "dementhx", "psychhx",
                "chrpulhx", "relhx", "liverhx", "gibledhx", "malighx", "immunhx", "transhx",
                "amihx", "sex", "dth30", "dnr1", "ninsclas", "resp", "card", "neuro", "gastr",
                "rel", "meta", "hema", "seps", "trauma", "ortho", "race", "income")
numbers <- intersect(numbers, names(rhc))
categories <- intersect(categories, names(rhc))

# NA where the table is too large for fisher.test.
exact <- function(table) {
  tryCatch(fisher.test(table, workspace = 2e7)$p.value, error = function(e) NA)
}

number <- function(name) {
  x <- rhc[[name]]
  list(name = name, missing = I(as.integer(tapply(is.na(x), group, sum))),
       median = I(as.numeric(tapply(x, group, median, na.rm = TRUE))),
       q1 = I(as.numeric(tapply(x, group, quantile, .25, na.rm = TRUE))),
       q3 = I(as.numeric(tapply(x, group, quantile, .75, na.rm = TRUE))),
       mean = I(as.numeric(tapply(x, group, mean, na.rm = TRUE))),
       sd = I(as.numeric(tapply(x, group, sd, na.rm = TRUE))),
       kruskal = kruskal.test(x, group)$p.value,
       anova = oneway.test(x ~ group, var.equal = TRUE)$p.value,
       smd = pairs_of(x, group, smd_number))
}

category <- function(name) {
  x <- factor(rhc[[name]])
  table <- table(x, group)
  smallest <- min(chisq.test(table, correct = FALSE)$expected)
  chi_square <- chisq.test(table, correct = FALSE)$p.value
  fisher <- if (smallest < 5 || nrow(table) == 2) exact(table) else NA
  list(name = name, levels = I(levels(x)), missing = I(as.integer(tapply(is.na(x), group, sum))),
       counts = unname(matrix(as.integer(table), nrow(table))),
       chi_square = chi_square, fisher = fisher, smallest_expected = smallest,
       p = if (smallest < 5) fisher else chi_square,
       smd = pairs_of(x, group, smd_category))
}

write_json_17(list(
  versions = versions(),
  calls = c("kruskal.test(x, g)", "oneway.test(x ~ g, var.equal = TRUE)",
            "chisq.test(t, correct = FALSE)", "fisher.test(t, workspace = 2e7)"),
  n = I(as.integer(table(group))),
  numbers = lapply(numbers, number),
  categories = lapply(categories, category)
), "rhc.json")
