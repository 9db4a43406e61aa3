# Makes delong.json: Rscript delong.R > delong.json
# Areas, DeLong intervals and the paired test of pROC (Robin et al. 2011); of row losses R's own t.test.
suppressMessages({library(pROC); library(jsonlite)})
set.seed(837)

case <- function(rows, share, ties) {
  y <- c(1, 1, 0, 0, rbinom(rows - 4, 1, share))
  first <- rnorm(rows) + 1.2 * y
  second <- 0.6 * first + rnorm(rows) + 0.4 * y
  if (ties) { first <- round(first); second <- round(second) }
  one <- function(score) roc(y, score, levels = c(0, 1), direction = "<", quiet = TRUE)
  a <- one(first); b <- one(second)
  test <- roc.test(a, b, method = "delong", paired = TRUE)
  logit <- function(r) {
    area <- as.numeric(auc(r)); error <- sqrt(var(r, method = "delong")) / (area * (1 - area))
    plogis(qlogis(area) + c(-1, 1) * qnorm(0.975) * error)
  }
  loss <- function(score) log1p(exp(-(2 * y - 1) * score))
  square <- function(score) (plogis(score) - y)^2
  paired <- function(f) {
    t <- t.test(f(first), f(second), paired = TRUE)
    list(difference = unname(t$estimate), interval = as.numeric(t$conf.int), p = t$p.value)
  }
  list(y = y, first = first, second = second, areas = c(auc(a), auc(b)),
    variances = c(var(a, method = "delong"), var(b, method = "delong")),
    covariance = cov(a, b, method = "delong"),
    plain = list(as.numeric(ci.auc(a, method = "delong"))[c(1, 3)], as.numeric(ci.auc(b, method = "delong"))[c(1, 3)]),
    logit = list(logit(a), logit(b)), z = unname(test$statistic), p = test$p.value,
    log_loss = paired(loss), brier = paired(square))
}
cases <- list(case(12, 0.5, FALSE), case(40, 0.3, TRUE), case(150, 0.1, FALSE), case(60, 0.5, TRUE))
cat(toJSON(cases, digits = NA, auto_unbox = TRUE))
