"""The two questions put to leetcode.com.

Why they stand apart: they are the contract with a service that publishes none. Everything a check needs comes in one
request, so that all parts were taken at the same moment and can be held against one another.
"""

from collections.abc import Sequence

#: The service gives no more rows than this, whatever is asked for.
ROW_CAP = 20

COMBINED = """\
query exitzero($username: String!, $limit: Int!) {
  matchedUser(username: $username) {
    username
    submitStatsGlobal { acSubmissionNum { difficulty count submissions } }
    userCalendar { totalActiveDays submissionCalendar }
  }
  recentAcSubmissionList(username: $username, limit: $limit) { id title titleSlug timestamp }
  recentSubmissionList(username: $username, limit: $limit) { id title titleSlug timestamp statusDisplay }
  activeDailyCodingChallengeQuestion { date link question { title titleSlug difficulty } }
}
"""


def difficulties(slugs: Sequence[str]) -> tuple[str, dict[str, object]]:
    """One query for the difficulty of several problems (aliases ``q0``, ``q1``, …) and its variables."""
    names = ", ".join(f"$s{n}: String!" for n in range(len(slugs)))
    fields = "\n".join(f"  q{n}: question(titleSlug: $s{n}) {{ titleSlug difficulty }}" for n in range(len(slugs)))
    return (
        f"query exitzeroDifficulty({names}) {{\n{fields}\n}}\n",
        {f"s{n}": slug for n, slug in enumerate(slugs)},
    )
