# Chi-square without continuity correction and Fisher's exact test.
# Rscript validation/study/categories.R

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))
options(warn = -1)

case <- function(name, table, exact = TRUE) {
  table <- matrix(as.integer(table), nrow(table))
  list(
    name = name, table = table,
    chi_square = chisq.test(table, correct = FALSE)$p.value,
    smallest_expected = min(chisq.test(table, correct = FALSE)$expected),
    fisher = if (exact) fisher.test(table, workspace = 2e7)$p.value else NA
  )
}

job <- matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4, 4)
cases <- list(
  case("job satisfaction (Agresti 2002, in ?fisher.test)", job),
  case("tea tasting", matrix(c(3, 1, 1, 3), 2)),
  case("Dizygotic convictions", matrix(c(2, 10, 15, 3), 2)),
  case("mtcars gear by carb", table(mtcars$gear, mtcars$carb)),
  case("mtcars cyl by gear", table(mtcars$cyl, mtcars$gear)),
  case("warpbreaks tension by breaks above 40", table(warpbreaks$tension, warpbreaks$breaks > 40)),
  case("esoph age by alcohol", table(esoph$agegp, esoph$alcgp)[1:4, 1:3]),
  case("HairEyeColor, women", HairEyeColor[, , 2], exact = FALSE),
  case("Titanic class by survived", apply(Titanic, c(1, 4), sum), exact = FALSE)
)

set.seed(20261122)
draw <- function(rows, columns, n, share = NULL) {
  p <- if (is.null(share)) rgamma(rows, 1) else share
  q <- rgamma(columns, 4)
  repeat {
    table <- matrix(rmultinom(1, n, outer(p, q)), rows, columns)
    if (all(rowSums(table) > 0) && all(colSums(table) > 0)) return(table)
  }
}
shapes <- list(c(2, 2), c(2, 3), c(3, 2), c(2, 4), c(4, 2), c(3, 3), c(4, 3), c(3, 4), c(6, 2), c(5, 3))
for (shape in shapes) for (n in c(12, 30, 60, 140)) {
  if (prod(shape) > 12 && n > 60) next
  name <- sprintf("random %d x %d, n = %d", shape[1], shape[2], n)
  cases <- c(cases, list(case(name, draw(shape[1], shape[2], n))))
}
for (n in c(25, 40, 60)) {
  cases <- c(cases, list(case(sprintf("random 4 x 4, n = %d", n), draw(4, 4, n))))
  cases <- c(cases, list(case(sprintf("random 6 x 4, n = %d", n), draw(6, 4, n, c(9, 3, 2, 1, 1, 1)))))
}
rare <- c(176, 8, 6, 4, 3, 3)
for (i in 1:6) {
  name <- sprintf("6 x 4 with rare levels, n = 200 (%d)", i)
  cases <- c(cases, list(case(name, draw(6, 4, 200, rare))))
}
large <- matrix(c(5, 0, 2, 49995, 39990, 30012), 3)
cases <- c(cases, list(case("2 rare in 120,004", large)))
cases <- c(cases, list(case("very unlikely", matrix(c(20, 1, 0, 2, 18, 3, 0, 1, 25), 3))))
cases <- c(cases, list(case("very unlikely, 2 x 2", matrix(c(60, 2, 3, 75), 2))))

write_json_17(list(
  versions = versions(),
  calls = c("chisq.test(t, correct = FALSE)", "fisher.test(t, workspace = 2e7)"),
  cases = cases
), "categories.json")
