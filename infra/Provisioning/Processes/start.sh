# start PIDFILE LOGFILE SIGNAL GRACE COMMAND...
# Records itself, then becomes COMMAND: there is no moment at which the process runs unrecorded.
# The start time beside the pid tells this process from a later one that was given the same number.
pidfile=$1 logfile=$2 signal=$3 grace=$4
shift 4
read -r stat <"/proc/$$/stat"
stat=${stat##*) }
start=$(
    set -- $stat
    echo "${20}"
)
echo "$$ $start $signal $grace" >"$pidfile" || exit 125
exec "$@" </dev/null >>"$logfile" 2>&1
