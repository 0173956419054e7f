# What the scripts of this folder share: JSON with 17 significant digits, and the versions.

suppressPackageStartupMessages(library(survival))

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- function(name) file.path(dirname(script), name)

versions <- function(...) {
  packages <- c(...)
  c(list(R = R.version.string),
    setNames(lapply(packages, function(p) as.character(packageVersion(p))), packages))
}

number_17 <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")

# Numbers of length one become a number, unless marked with I(); everything else a list.
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.matrix(x)) return(bracket(apply(x, 1, function(row) json(I(row)))))
  if (is.list(x) && !is.null(names(x))) {
    inner <- mapply(function(k, v) paste0(encodeString(k, quote = "\""), ": ", json(v)),
                    names(x), x)
    return(paste0("{", paste(inner, collapse = ", "), "}"))
  }
  if (is.list(x)) return(paste0("[\n", paste(sapply(x, json), collapse = ",\n"), "\n]"))
  inner <- if (is.numeric(x)) number_17(unclass(x))
           else if (is.character(x)) encodeString(unclass(x), quote = "\"")
           else if (all(is.na(x))) rep("null", length(x))
           else stop("no JSON for this")
  if (length(x) == 1 && !inherits(x, "AsIs")) inner else bracket(inner)
}

bracket <- function(parts) paste0("[", paste(parts, collapse = ", "), "]")

write_json_17 <- function(x, name) writeLines(json(x), here(name))
