# Standardised mean differences as Yang and Dalton define them (SAS Global Forum 2012, paper 335).

smd_number <- function(x, y) abs(mean(x) - mean(y)) / sqrt((var(x) + var(y)) / 2)

generalised_inverse <- function(s) {
  parts <- svd(s)
  keep <- parts$d > max(1e-10 * parts$d[1], 0)
  parts$v[, keep, drop = FALSE] %*% ((1 / parts$d[keep]) * t(parts$u[, keep, drop = FALSE]))
}

smd_category <- function(x, y) {
  p <- as.numeric(prop.table(table(x)))[-1]
  q <- as.numeric(prop.table(table(y)))[-1]
  spread <- function(p) diag(p, length(p)) - outer(p, p)
  s <- (spread(p) + spread(q)) / 2
  as.numeric(sqrt(t(p - q) %*% generalised_inverse(s) %*% (p - q)))
}

pairs_of <- function(x, group, smd) {
  group <- factor(group)
  known <- !is.na(x)
  combn(levels(group), 2, function(pair) {
    smd(x[known & group == pair[1]], x[known & group == pair[2]])
  })
}
