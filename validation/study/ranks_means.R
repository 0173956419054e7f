# Kruskal-Wallis, Wilcoxon, one-way analysis of variance, Welch, quantiles, Holm, Benjamini-Hochberg.
# Rscript validation/study/ranks_means.R

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))
options(warn = -1)

case <- function(name, x, group) {
  group <- factor(group)
  levels <- levels(group)
  pair <- function(test) sapply(levels[-1], function(g) {
    test(x[group == g], x[group == levels[1]])$p.value
  }, USE.NAMES = FALSE)
  wilcoxon <- pair(wilcox.test)
  welch <- pair(t.test)
  known <- !is.na(x)
  by <- function(f) as.numeric(tapply(x[known], group[known], f))
  list(
    name = name, x = x, group = as.integer(group) - 1L, arms = length(levels),
    n = by(length), mean = by(mean), sd = by(sd), median = by(median),
    q1 = by(function(v) quantile(v, .25, names = FALSE)),
    q3 = by(function(v) quantile(v, .75, names = FALSE)),
    min = by(min), max = by(max),
    all = list(mean = mean(x[known]), sd = sd(x[known]), median = median(x[known]),
               q1 = quantile(x[known], .25, names = FALSE),
               q3 = quantile(x[known], .75, names = FALSE)),
    kruskal = kruskal.test(x, group)$p.value,
    anova = oneway.test(x ~ group, var.equal = TRUE)$p.value,
    wilcoxon = I(wilcoxon), wilcoxon_holm = I(p.adjust(wilcoxon, "holm")),
    welch = I(welch), welch_holm = I(p.adjust(welch, "holm"))
  )
}

set.seed(20261122)
synthetic <- function(n, arms, shift, digits = NULL, missing = 0) {
  group <- sample(arms, n, TRUE)
  x <- rnorm(n, 50 + shift * group, 10)
  if (!is.null(digits)) x <- round(x, digits)
  x[runif(n) < missing] <- NA
  list(x, group)
}
cases <- list(
  case("airquality ozone by month", airquality$Ozone, airquality$Month),
  case("iris sepal width by species", iris$Sepal.Width, iris$Species),
  case("mtcars mpg by cylinders", mtcars$mpg, mtcars$cyl),
  case("chickwts weight by feed", chickwts$weight, chickwts$feed),
  case("sleep extra by drug", sleep$extra, sleep$group),
  case("lung weight loss by sex", lung$wt.loss, lung$sex),
  case("veteran Karnofsky by cell type", veteran$karno, veteran$celltype)
)
for (args in list(list(140, 3, 2), list(140, 4, 5, 0, .1), list(97, 2, 0, NULL, .05),
                  list(60, 5, 8), list(12, 3, 20), list(400, 3, 1, 0), list(90, 2, 6),
                  list(500, 4, 12), list(98, 2, 3))) {
  made <- do.call(synthetic, args)
  name <- paste("synthetic", length(cases) + 1)
  cases <- c(cases, list(case(name, made[[1]], made[[2]])))
}

p <- c(.01, .04, .03, .005, .5, .04)
write_json_17(list(
  versions = versions("survival"),
  calls = c("kruskal.test(x, g)", "wilcox.test(x, y)", "oneway.test(x ~ g, var.equal = TRUE)",
            "t.test(x, y)", "quantile(x, p)", "p.adjust(p, 'holm')", "p.adjust(p, 'BH')"),
  cases = cases,
  adjust = list(p = p, holm = p.adjust(p, "holm"), bh = p.adjust(p, "BH")),
  wilcoxon_exact = list(
    m = c(3, 5, 10, 25, 49, 49, 7), n = c(4, 5, 12, 30, 49, 49, 49),
    u = c(0, 12, 30, 200, 600, 1200, 100),
    lower = pwilcox(c(0, 12, 30, 200, 600, 1200, 100), c(3, 5, 10, 25, 49, 49, 7),
                    c(4, 5, 12, 30, 49, 49, 49))
  )
), "ranks_means.json")
