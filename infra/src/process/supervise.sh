#!/bin/sh
# Runs one command and takes it down when the launcher goes away, however that happens (Ctrl-C, crash, SIGKILL).
#
#   supervise.sh signal|stdin GRACE_SECONDS COMMAND [ARGUMENT...]
#
# stdin  a pipe held open by the launcher and never written to: its end means that the launcher is gone
# fd 3   where the pid of the command is reported, once
#
# "signal": at the end of the pipe the command gets SIGTERM, and SIGKILL after the grace.
# "stdin":  the command reads the same pipe, so that its end is its request to stop; SIGKILL after the grace.
#
# Exits with the status of the command (128 + n when signal n ended it).
mode=$1
grace=$2
shift 2

exec 4<&0
if [ "$mode" = stdin ]; then
  "$@" <&4 3>&- 4<&- &
else
  "$@" </dev/null 3>&- 4<&- &
fi
child=$!
echo "$child" >&3
exec 3>&-

(
  while read -r _; do :; done
  [ "$mode" = stdin ] || kill -TERM "$child"
  ticks=$((grace * 10))
  while [ "$ticks" -gt 0 ] && kill -0 "$child"; do
    sleep 0.1
    ticks=$((ticks - 1))
  done
  kill -KILL "$child"
) <&4 >/dev/null 2>&1 &
watcher=$!
exec 4<&-

# Only from here on, since the command and the watcher would inherit ignored signals.
trap '' TERM INT HUP
wait "$child"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
