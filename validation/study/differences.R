# Standardised mean differences, from the formulas of Yang and Dalton (SAS Global Forum 2012, paper
# 335): numbers, two levels, and several levels by the Mahalanobis distance with a generalised
# inverse; over several arms the mean of all pairs. R tableone 0.13.2 follows the same formulas.
# Rscript validation/study/differences.R

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))
source(here("differences_formulas.R"))

number <- function(name, x, group) {
  list(name = name, x = x, group = as.integer(factor(group)) - 1L, pairs = I(pairs_of(x, group, smd_number)),
       mean = mean(pairs_of(x, group, smd_number)))
}
category <- function(name, x, group) {
  x <- factor(x)
  list(name = name, x = as.integer(x) - 1L, levels = levels(x),
       group = as.integer(factor(group)) - 1L, pairs = I(pairs_of(x, group, smd_category)),
       mean = mean(pairs_of(x, group, smd_category)))
}

set.seed(20261122)
n <- 140
arm <- sample(4, n, TRUE)
level <- sample(5, n, TRUE, c(5, 3, 2, 1, 1))
level[runif(n) < .1] <- NA
write_json_17(list(
  versions = versions(),
  formulas = "differences_formulas.R",
  numbers = list(number("iris sepal width by species", iris$Sepal.Width, iris$Species),
                 number("airquality ozone by month", airquality$Ozone, airquality$Month),
                 number("mtcars mpg by transmission", mtcars$mpg, mtcars$am)),
  categories = list(category("mtcars gear by transmission, shared level", mtcars$gear, mtcars$am),
                    category("mtcars V engine by cylinders below 8",
                             mtcars$vs[mtcars$cyl < 8], mtcars$cyl[mtcars$cyl < 8]),
                    category("mtcars carb by V engine", mtcars$carb, mtcars$vs),
                    category("veteran cell type by treatment", veteran$celltype, veteran$trt),
                    category("synthetic, 5 levels, 4 arms, missing", level, arm))
), "differences.json")
