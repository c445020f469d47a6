import contextlib
import os
import secrets
import shlex
import signal
import socket
import sys
import time
from collections.abc import Mapping

from rich.console import Console

from config.embedded import broker, postgres
from config.embedded.datadir import DataDir, write_private
from config.embedded.processes import Supervisor
from config.embedded.start_errors import StartError
from config.up import programs
from config.up.options import Options

console = Console()


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):  # because a request to stop is no failure
        try:
            run(Options.read(sys.argv[1:], os.environ))
        except StartError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


def run(options: Options) -> None:
    """Serve until interrupted."""
    listener = options.listen()
    data = DataDir.hold(options.data_dir)
    notify(f"Starting; everything is kept in {data.path}")
    os.umask(0o077)  # uploads, logs and the rest are only for the account that runs this
    supervisor = Supervisor(notify, keep=[data.children_lock])
    try:
        serve(options, listener, data, supervisor)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if supervisor.running:
            notify("Stopping …")
        supervisor.stop()


def serve(options: Options, listener: socket.socket, data: DataDir, supervisor: Supervisor) -> None:
    os.environ.update(connect(data, supervisor))
    web = programs.web(listener, data)
    # If the tables are up to date, the web server starts now, because it takes as long to load the
    # application as this process does.
    started = supervisor.start(web) if programs.is_migrated(os.environ["DATABASE_URL"]) else None
    # Imported only now, because they import Django, which reads its settings.
    from config.up.greeting import greet
    from config.up.preparing import prepare

    api_key = options.api_key or data.remember("api_key", lambda: f"sk-{secrets.token_urlsafe(32)}")
    prepared = prepare(api_key)
    remember_settings(data)
    supervisor.wait_until(lambda: programs.is_ready(options.url), started or supervisor.start(web))
    supervisor.start(programs.worker(data))
    supervisor.start(programs.beat(data))
    greet(console, options, data, prepared)

    def pause() -> None:
        supervisor.tick(time.monotonic())
        time.sleep(0.2)

    if options.demo:
        from config.up.demo import demonstrate

        demonstrate(console, options.url, api_key, pause)
    while True:
        pause()


def connect(data: DataDir, supervisor: Supervisor) -> Mapping[str, str]:
    """Start the servers that the environment does not name, and name them."""
    return {
        "DATA_DIR": str(data.path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": os.environ.get("SECRET_KEY")
        or data.remember("secret_key", lambda: secrets.token_urlsafe(50)),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or postgres.start(data, supervisor).url,
        "REDIS_URL": os.environ.get("REDIS_URL") or broker.start(data, supervisor).url,
    }


def remember_settings(data: DataDir) -> None:
    """Write the settings to DATA_DIR/environment, for commands that are run in another shell."""
    from config.settings import env

    names = ("DJANGO_SETTINGS_MODULE", *sorted(env.dump()))
    given = {name: os.environ[name] for name in names if name in os.environ}
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in given.items()]
    write_private(data.path / "environment", "".join(lines))


def notify(line: str) -> None:
    with contextlib.suppress(OSError):  # since a closed terminal must not stop the service
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
