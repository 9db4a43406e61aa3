"""Makes hierarchical.json: the posterior of the hierarchical Bayesian correlated t-test (Corani et al. 2017), the model and priors of
baycomp's stan program, by numerical integration instead of sampling. delta_0, sigma_0 and nu are integrated on a grid, each delta_i by
stratified points of both densities it has, sigma_i exactly. Run: python hierarchical.py > hierarchical.json"""
import json
import numpy as np
from scipy import integrate, special, stats

ROPE = 0.01
NU = 1 + np.geomspace(0.02, 3000, 40)
HALF = (np.arange(100) + 0.5) / 100


def prior_of_excess(x):
    """Density of nu - 1 with alpha in (1, 2) and beta in (0.01, 0.1) uniform."""
    def density(beta, alpha):
        return stats.gamma.pdf(x, alpha, scale=1 / beta)
    return integrate.dblquad(density, 1, 2, 0.01, 0.1)[0] / 0.09


def posterior(datasets):
    n = np.array([len(d["differences"]) for d in datasets])
    ratio = np.array([d["ratio"] for d in datasets])
    mean = np.array([np.mean(d["differences"]) for d in datasets])
    squares = np.array([np.var(d["differences"]) * len(d["differences"]) for d in datasets])
    degrees = n - 2
    scale = np.sqrt(squares * (1 / n + ratio) / degrees)
    most = max(np.max(np.abs(d["differences"])) for d in datasets)
    among = np.std(mean, ddof=1)
    reach = min(most, 12 * among + 6 * scale.max())
    location = np.linspace(-reach, reach, 241)
    sigma = np.geomspace(among * 2e-3, among * 1000, 110)
    log_weight = np.full((len(NU), len(sigma), len(location)), -np.inf)
    for a, nu in enumerate(NU):
        prior = np.log(prior_of_excess(nu - 1) * (nu - 1))
        upper = stats.t.ppf(HALF, nu)
        for b, s in enumerate(sigma):
            total = np.full(len(location), prior + np.log(s))
            for m, w, d in zip(mean, scale, degrees):
                def own(x):
                    return stats_t(x, d, m, w)
                def all_(x):
                    return stats_t(x, nu, location[:, None], s)
                # f = integral of own * all, by points of half of each: own * all / (own + all), averaged over both.
                x = np.broadcast_to(m + w * T[d], (len(location), len(HALF)))
                y = location[:, None] + s * upper
                f = 0
                for points in (x, y):
                    p, q = own(points), all_(points)
                    f = f + np.mean(p * q / (p + q), axis=1)
                total += np.log(f)
            log_weight[a, b] = total
    weight = np.exp(log_weight - log_weight.max())
    weight *= np.gradient(np.log(NU - 1))[:, None, None]
    weight /= weight.sum()
    shape = (NU[:, None, None], sigma[None, :, None], location[None, None, :])
    nu, s, l = np.broadcast_arrays(*shape)
    left = stats.t.cdf(-ROPE, nu, l, s)
    right = stats.t.sf(ROPE, nu, l, s)
    inside = 1 - left - right
    three = np.stack([left, inside, right])
    largest = np.argmax(three, axis=0)
    of_location = weight.sum(axis=(0, 1))
    return {
        "further_dataset": [float((weight * p).sum()) for p in three],
        "most_probable": [float(weight[largest == k].sum()) for k in range(3)],
        "mean": float((of_location * location).sum()),
        "edge": float(max(of_location[0], of_location[-1], weight[:, 0].sum(), weight[:, -1].sum(), weight[-1].sum())),
    }


def stats_t(x, nu, m, s):
    z = (x - m) / s
    c = special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2) - 0.5 * np.log(nu * np.pi) - np.log(s)
    return np.exp(c - (nu + 1) / 2 * np.log1p(z * z / nu))


def drawn(seed, centre, spread, noise, count):
    random = np.random.default_rng(seed)
    datasets = []
    for i in range(count):
        splits, ratio = (10, 1 / 3) if i % 2 else (20, 1 / 9)
        delta = centre + spread * random.standard_t(5)
        shared = noise * np.sqrt(ratio / (1 + ratio)) * random.standard_normal()
        own = noise * np.sqrt(1 / (1 + ratio)) * random.standard_normal(splits)
        datasets.append({"ratio": ratio, "differences": [round(float(v), 4) for v in delta + shared + own]})
    return datasets


cases = []
T = {8: stats.t.ppf(HALF, 8), 18: stats.t.ppf(HALF, 18)}
for name, arguments in {
    "first better": (1, 0.03, 0.01, 0.02, 12),
    "equivalent": (2, 0.0, 0.003, 0.01, 10),
    "undecided": (3, 0.01, 0.02, 0.03, 7),
    "one far away": (4, -0.005, 0.02, 0.01, 8),
}.items():
    datasets = drawn(*arguments)
    cases.append({"name": name, "datasets": datasets, **posterior(datasets)})
print(json.dumps({"rope": ROPE, "cases": cases}, indent=1))
