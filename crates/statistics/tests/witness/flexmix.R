# Writes flexmix.json: two groups of the trajectories of expected.json, all of weight one and without
# idle months, by the R package flexmix 2.3-18 (Leisch 2004).
#
#     Rscript flexmix.R
#
# expected.json is made by generate.py.

suppressMessages({library(flexmix); library(jsonlite)})
given <- fromJSON("expected.json", simplifyMatrix = FALSE)$trajectories
posts <- do.call(rbind, lapply(seq_along(given$counts), function(account) {
  first <- given$first_months[[account]]
  month <- first + seq_along(given$counts[[account]]) - 1
  data.frame(
    account = account,
    time = 2 * month / (given$month_count - 1) - 1,
    count = unlist(given$counts[[account]])
  )
}))
means <- ave(posts$count, posts$account)
fit <- flexmix(
  count ~ time + I(time^2) | account, data = posts, k = 2, model = FLXMRglm(family = "poisson"),
  cluster = 1 + (means > median(means)), control = list(tolerance = 1e-12, iter.max = 5000)
)
order <- order(parameters(fit)[1, ])
write_json(
  list(
    log_likelihood = as.numeric(logLik(fit)),
    shares = prior(fit)[order],
    coefficients = lapply(order, function(group) unname(parameters(fit)[, group]))
  ),
  "flexmix.json", digits = NA, auto_unbox = TRUE
)
