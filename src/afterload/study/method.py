"""The methods of the study room by the name a methods paragraph prints, each with its citation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """A statistical method.

    Args:
        name: As the methods paragraph and the footnotes print it.
        reference: Where it was published; several are parted by ";".
    """

    name: str
    reference: str


QUARTILES = Method(
    "quartiles by linear interpolation (type 7)",
    "Hyndman RJ, Fan Y. Am Stat 1996, 50:361-365",
)
KRUSKAL_WALLIS = Method(
    "Kruskal–Wallis rank sum test",
    "Kruskal WH, Wallis WA. J Am Stat Assoc 1952, 47:583-621",
)
_MANN_WHITNEY = "Mann HB, Whitney DR. Ann Math Stat 1947, 18:50-60"
WILCOXON_EXACT = Method("Wilcoxon rank sum test (exact)", _MANN_WHITNEY)
WILCOXON_NORMAL = Method(
    "Wilcoxon rank sum test (normal approximation with continuity correction)", _MANN_WHITNEY
)
ANOVA = Method(
    "One-way analysis of variance (equal variances)",
    "Fisher RA. Statistical Methods for Research Workers, 1925",
)
WELCH = Method("Welch's t test", "Welch BL. Biometrika 1947, 34:28-35")
CHI_SQUARE = Method(
    "Pearson's χ² test without continuity correction", "Pearson K. Philos Mag 1900, 50:157-175"
)
FISHER = Method("Fisher's exact test", "Freeman GH, Halton JH. Biometrika 1951, 38:141-149")
HOLM = Method("Holm's correction", "Holm S. Scand J Stat 1979, 6:65-70")
SMD = Method(
    "standardised mean difference", "Yang D, Dalton JE. SAS Global Forum 2012, paper 335-2012"
)
CLOPPER_PEARSON = Method(
    "proportion with Clopper–Pearson exact interval",
    "Clopper CJ, Pearson ES. Biometrika 1934, 26:404-413",
)
NEWCOMBE = Method(
    "risk difference with Newcombe's hybrid score interval",
    "Newcombe RG. Stat Med 1998, 17:873-890",
)
KATZ = Method("risk ratio with Katz's log interval", "Katz D, et al. Biometrics 1978, 34:469-474")
WOOLF = Method("odds ratio with Woolf's logit interval", "Woolf B. Ann Hum Genet 1955, 19:251-253")
GARWOOD = Method(
    "rate with Garwood's exact Poisson interval", "Garwood F. Biometrika 1936, 28:437-442"
)
RATE_RATIO = Method(
    "rate ratio with exact conditional interval",
    "Przyborowski J, Wilenski H. Biometrika 1940, 31:313-323",
)
KAPLAN_MEIER = Method(
    "Kaplan–Meier estimate with log–log interval",
    "Kaplan EL, Meier P. J Am Stat Assoc 1958, 53:457-481; "
    "Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data, 1980",
)
MEDIAN_TIME = Method(
    "median time with Brookmeyer–Crowley interval",
    "Brookmeyer R, Crowley J. Biometrics 1982, 38:29-41",
)
LOG_RANK = Method(
    "Log-rank test",
    "Mantel N. Cancer Chemother Rep 1966, 50:163-170; "
    "Peto R, Peto J. J R Stat Soc A 1972, 135:185-207",
)
