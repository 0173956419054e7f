# Exact and score intervals of proportions, differences and ratios of risks, rates and their ratio.
# Rscript validation/study/proportions_rates.R

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))
suppressPackageStartupMessages(library(epitools))
options(warn = -1)

single <- function(x, n, level = .95) list(
  x = x, n = n, level = level,
  clopper_pearson = binom.test(x, n, conf.level = level)$conf.int[1:2],
  wilson = prop.test(x, n, conf.level = level, correct = FALSE)$conf.int[1:2]
)

# Newcombe's method 10 from R's score intervals; Katz and Woolf from epitools.
pair <- function(a, n1, c, n0) {
  s1 <- prop.test(a, n1, correct = FALSE)$conf.int
  s0 <- prop.test(c, n0, correct = FALSE)$conf.int
  p1 <- a / n1
  p0 <- c / n0
  table <- matrix(c(n0 - c, c, n1 - a, a), 2, byrow = TRUE)
  list(
    a = a, n1 = n1, c = c, n0 = n0,
    risk_difference = c(p1 - p0,
                        p1 - p0 - sqrt((p1 - s1[1])^2 + (s0[2] - p0)^2),
                        p1 - p0 + sqrt((s1[2] - p1)^2 + (p0 - s0[1])^2)),
    risk_ratio = unname(riskratio.wald(table)$measure[2, ]),
    odds_ratio = unname(oddsratio.wald(table)$measure[2, ])
  )
}

rate <- function(x, days) list(
  x = x, days = days,
  rate = 1000 * x / days, limits = 1000 * poisson.test(x, days)$conf.int[1:2],
  epitools = 1000 * unlist(pois.exact(x, days)[c("lower", "upper")], use.names = FALSE)
)

ratio <- function(x1, t1, x0, t0) {
  test <- poisson.test(c(x1, x0), c(t1, t0))
  list(x1 = x1, t1 = t1, x0 = x0, t0 = t0, ratio = unname(test$estimate),
       limits = test$conf.int[1:2])
}

write_json_17(list(
  versions = versions("epitools"),
  calls = c("binom.test", "prop.test(correct = FALSE)", "riskratio.wald", "oddsratio.wald",
            "poisson.test"),
  single = list(single(0, 10), single(10, 10), single(1, 7), single(27, 52), single(81, 263),
                single(15, 148), single(3, 1000), single(27, 52, .9), single(1, 1)),
  pair = list(pair(56, 70, 48, 80), pair(9, 10, 3, 10), pair(27, 52, 30, 61), pair(5, 56, 12, 29),
              pair(1, 40, 20, 45), pair(400, 1000, 350, 990)),
  rate = list(rate(0, 812.5), rate(1, 33), rate(12, 1043.25), rate(250, 9000), rate(3, 4.5)),
  ratio = list(ratio(12, 1043.25, 5, 800), ratio(0, 300, 4, 500), ratio(30, 400, 31, 390),
               ratio(1, 50, 1, 10))
), "proportions_rates.json")
