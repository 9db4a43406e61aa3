# Makes new_data.json: Rscript new_data.R > new_data.json
# .632+ and the leave-one-out bootstrap are those of ipred (R package); its fits also write down the draws and all losses. Nested
# cross-validation and the t of repeated k-fold follow the articles' formulas with R's own var, sd, qnorm and pt; the standard error
# of the leave-one-out bootstrap follows equations 35 to 43 of Efron & Tibshirani (1997), term by term, with loops.
suppressMessages({library(ipred); library(MASS); library(jsonlite)})
set.seed(632)

rows <- function(n, distance) {
  y <- rep(c("a", "b"), length.out = n)
  data.frame(id = 1:n, u = rnorm(n) + distance * (y == "b"), v = rnorm(n), y = factor(y))
}

bootstrap <- function(n, distance, draws) {
  data <- rows(n, distance)
  seen <- list()
  fit <- function(formula, data, all) {
    model <- lda(y ~ u + v, data = data)
    wrong <- as.integer(predict(model, all)$class != all$y)
    seen[[length(seen) + 1]] <<- list(id = data$id, wrong = wrong)
    function(newdata) predict(model, newdata)$class
  }
  fixed <- lapply(1:draws, function(b) sample(1:n, n, replace = TRUE))
  all <- data
  model <- function(formula, data, ...) fit(formula, data, all)
  plus <- ipred:::bootest.factor(data$y, y ~ u + v, data, model, NULL, nboot = draws, bc632plus = TRUE, list.tindx = fixed)
  fits <- seen
  one <- ipred:::bootest.factor(data$y, y ~ u + v, data, model, NULL, nboot = draws, bc632plus = FALSE, list.tindx = fixed)
  full <- fits[[draws + 1]]
  counts <- t(sapply(fixed, function(ids) tabulate(ids, n)))
  losses <- t(sapply(fits[1:draws], function(fit) fit$wrong))
  influences <- function(counts, losses) {
    out <- counts == 0
    e <- colSums(out * losses) / colSums(out)
    q <- rowSums(out * losses) / n
    d <- numeric(n)
    for (i in 1:n) {
      covariance <- mean((counts[, i] - mean(counts[, i])) * (q - mean(q)))
      d[i] <- (2 + 1 / (n - 1)) * (e[i] - mean(e)) / n + (1 - 1 / n)^(-n) * covariance
    }
    d
  }
  without <- t(sapply(1:draws, function(b) influences(counts[-b, ], losses[-b, ])))
  middle <- colMeans(without)
  internal <- (draws - 1) / draws * sum(sweep(without, 2, middle)^2)
  labels <- mean(data$y == "b")
  predicted <- mean((full$wrong == 1) != (data$y == "b"))
  # ipred lets the relative overfitting rate exceed 1, and its .632+ is then below 0 at times: NA here.
  exceeds <- one$error > labels * (1 - predicted) + (1 - labels) * predicted
  list(apparent = mean(full$wrong), labels = labels, predictions = predicted, counts = counts, losses = losses,
       leave_one_out = one$error, estimate_plus = if (exceeds) NA else plus$error,
       delta_error = sqrt(sum(influences(counts, losses)^2)), internal_error = sqrt(internal))
}

nested <- function(n, k, repetitions) {
  folds <- list(); a <- c(); b <- c(); inner <- c(); outer <- c()
  for (r in 1:repetitions) {
    fold <- sample(rep(1:k, length.out = n))
    difficulty <- rnorm(k, 0.3, 0.1)
    folds[[r]] <- lapply(1:k, function(j) {
      e_in <- round(rbeta(sum(fold != j), 2, 4), 3)
      e_out <- round(pmin(1, pmax(0, rbeta(sum(fold == j), 2, 4) + difficulty[j] - 0.3)), 3)
      a <<- c(a, (mean(e_in) - mean(e_out))^2)
      b <<- c(b, var(e_out) / length(e_out))
      inner <<- c(inner, e_in); outer <<- c(outer, e_out)
      list(inner = e_in, outer = e_out)
    })
  }
  mse <- mean(a) - mean(b)
  bias <- (1 + (k - 2) / k) * (mean(inner) - mean(outer))
  low <- sd(inner) / sqrt(n)
  error <- max(low, min(sqrt(k) * low, sqrt((k - 1) / k * max(0, mse))))
  estimate <- mean(inner) - bias
  list(repetitions = folds, estimate = estimate, bias = bias, mean_squared_error = mse, standard_error = error,
       interval = estimate + c(-1, 1) * qnorm(0.975) * error)
}

repeated <- function(k, r) {
  x <- round(rnorm(k * r, 0.01, 0.03), 4)
  t <- mean(x) / sqrt((1 / (k * r) + 1 / (k - 1)) * var(x))
  list(results = x, folds = k, t = t, p_two_sided = 2 * pt(-abs(t), k * r - 1))
}

cat(toJSON(list(
  source = paste0(R.version.string, ", ipred ", packageVersion("ipred"), "; see new_data.R"),
  bootstrap = list(bootstrap(20, 1.5, 25), bootstrap(14, 0, 30), bootstrap(16, 4, 20)),
  nested = list(nested(23, 5, 2), nested(30, 3, 1), nested(40, 10, 1)),
  repeated_k_fold = list(repeated(10, 10), repeated(5, 2), repeated(10, 1))
), digits = NA, auto_unbox = TRUE))
