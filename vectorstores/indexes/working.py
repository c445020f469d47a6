"""Building what is wanted, one index after the other."""

from collections.abc import Callable
from datetime import datetime, timedelta

from vectorstores.indexes.building import build_wanted
from vectorstores.indexes.reviewing import is_needed
from vectorstores.indexes.sessions import session
from vectorstores.models import IndexBuild


def work(clock: Callable[[], datetime], *, for_: timedelta) -> int:
    """Build what is due, the largest stores first, and begin no other after `for_`. How many
    there are now.

    Nothing where somebody else builds. Whoever is interrupted leaves what it built for another one.
    """
    end = clock() + for_
    done = 0
    with session() as builder:
        if not builder.is_builder():
            return 0
        while builder.lives and (now := clock()) < end:
            wanted = IndexBuild.objects.due(now).largest_first().first()
            if wanted is None:
                break
            if is_needed(wanted, now):
                done += build_wanted(builder, wanted, now).is_there
            else:
                wanted.delete()
    return done
