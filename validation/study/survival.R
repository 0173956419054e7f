# Kaplan-Meier with log-log limits, medians, numbers at risk, log-rank tests.
# Rscript validation/study/survival.R

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

case <- function(name, time, event, group, grid, horizon) {
  group <- factor(group)
  arms <- lapply(levels(group), function(g) {
    fit <- survfit(Surv(time[group == g], event[group == g]) ~ 1, conf.type = "log-log")
    at <- summary(fit, times = grid, extend = TRUE)
    one <- summary(fit, times = horizon, extend = TRUE)
    median <- lapply(quantile(fit, .5), unname)
    list(time = I(fit$time), survival = I(fit$surv), log_se = I(fit$std.err),
         low = I(fit$lower), high = I(fit$upper), at_risk = I(fit$n.risk), events = I(fit$n.event),
         censored = I(fit$n.censor),
         grid_at_risk = I(at$n.risk), grid_events = I(cumsum(at$n.event)),
         # Before the day, as those at risk are: who is followed to the horizon is not censored at it.
         grid_censored = I(sapply(grid, function(day) sum(fit$n.censor[fit$time < day]))),
         median = c(median$quantile, median$lower, median$upper),
         horizon = c(one$surv, one$lower, one$upper))
  })
  log_rank <- function(keep) {
    test <- survdiff(Surv(time, event) ~ factor(group), data.frame(time, event, group), keep)
    pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE)
  }
  reference <- levels(group)[1]
  pairs <- sapply(levels(group)[-1], function(g) log_rank(group %in% c(reference, g)),
                  USE.NAMES = FALSE)
  list(name = name, time = time, event = event, group = as.integer(group) - 1L, grid = grid,
       horizon_days = horizon, arms = arms, log_rank = log_rank(rep(TRUE, length(time))),
       pairs = I(pairs), pairs_holm = I(p.adjust(pairs, "holm")))
}

set.seed(20261122)
n <- 140
group <- sample(4, n, TRUE)
time <- pmin(round(rexp(n, .02 * group), 1), 30)
event <- as.integer(time < 30 & runif(n) < .85)
near <- c(.1 + .2, .3, 1, 1.1 + 2.2, 3.3, 5, .7 + .1, .8)

cases <- list(
  case("lung by sex", lung$time, lung$status - 1, lung$sex, seq(0, 1000, 200), 365),
  case("veteran by cell type", veteran$time, veteran$status, veteran$celltype, c(0, 30, 90, 180), 180),
  case("leukaemia, maintained or not", aml$time, aml$status, aml$x, c(0, 10, 20, 40), 24),
  case("synthetic, 4 arms, 30 days", time, event, group, c(0, 7, 14, 21, 28), 30),
  case("times equal but for rounding", near, c(1, 1, 0, 1, 1, 0, 1, 1), rep(1:2, 4), c(0, 1, 4), 4),
  case("everybody dies", c(1, 2, 2, 3, 4, 4), rep(1, 6), rep(1:2, 3), c(0, 2, 4), 4)
)

write_json_17(list(
  versions = versions("survival"),
  calls = c("survfit(Surv(time, event) ~ 1, conf.type = 'log-log')", "quantile(fit, .5)",
            "summary(fit, times)", "survdiff(Surv(time, event) ~ group)"),
  cases = cases
), "survival.json")
