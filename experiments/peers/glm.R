# Times glm.fit for speed.py: Rscript glm.R FOLDER ROWS FEATURES TRAINING_ROWS FITS EPSILON
#
# FOLDER has x.bin (features, column by column), y.bin (0 and 1) and rows.bin (the training rows of each fit, fit by fit).
# Prints the total seconds of all fits, then a line of coefficients for each fit, the intercept first.

arguments <- commandArgs(trailingOnly = TRUE)
size <- as.integer(arguments[2:5])
read <- function(name, what, count) readBin(file.path(arguments[1], name), what, count)
x <- cbind(1, matrix(read("x.bin", "double", size[1] * size[2]), size[1]))
y <- read("y.bin", "double", size[1])
rows <- matrix(read("rows.bin", "integer", size[3] * size[4]), size[3])
parts <- lapply(seq_len(size[4]), function(fit) list(x = x[rows[, fit], ], y = y[rows[, fit]]))
control <- list(epsilon = as.double(arguments[6]))
fit <- function(part) suppressWarnings(glm.fit(part$x, part$y, family = binomial(), control = control)$coefficients)

invisible(fit(list(x = cbind(1, sin(1:99)), y = rep(0:1, length.out = 99))))    # loads the code that fits use
started <- Sys.time()
fits <- lapply(parts, fit)
cat(as.double(Sys.time() - started, units = "secs"), "\n")
for (beta in fits) {
  beta[is.na(beta)] <- 0                                                        # a column that R left out
  cat(format(beta, digits = 17), "\n")
}
