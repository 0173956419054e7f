# What the scripts of this folder share: a JSON file with 17 significant digits, and the versions.

suppressPackageStartupMessages({
  library(jsonlite)
  library(survival)
})

here <- function(name) {
  file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  file.path(dirname(file), name)
}

versions <- function(...) {
  packages <- c("jsonlite", ...)
  c(list(R = R.version.string),
    setNames(lapply(packages, function(p) as.character(packageVersion(p))), packages))
}

write_json_17 <- function(x, name) {
  text <- toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null", null = "null", pretty = 1)
  writeLines(text, here(name))
}
