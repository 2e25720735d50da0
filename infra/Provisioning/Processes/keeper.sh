# keeper LOCK RUN LINGER
# Stops everything recorded in RUN as soon as nobody holds LOCK any more, however its holders ended (kill -9 too:
# the kernel drops their locks). LOCK stays held meanwhile, so a new owner waits until the old processes are gone.
# Records are "LEVEL-NAME.pid"; higher levels stop first, one level at a time. LINGER seconds without a holder may pass
# before anything is stopped, for owners that follow one another.
lock=$1 run=$2 linger=$3
trap '' INT HUP TERM

alive() {
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    expected=$2
    stat=${stat##*) }
    set -- $stat
    [ "$1" != Z ] && [ "${20}" = "$expected" ]
}

# Each record of one level gets its own signal, then its own grace, then KILL for it and whatever it left in its group.
stop_level() {
    for record in "$run/$1"-*.pid; do
        read -r pid start signal grace <"$record" || continue
        alive "$pid" "$start" && kill "-$signal" "$pid"
    done 2>/dev/null
    for record in "$run/$1"-*.pid; do
        { read -r pid start signal grace <"$record"; } 2>/dev/null || continue
        patience=$((grace * 20))
        while alive "$pid" "$start" && [ "$patience" -gt 0 ]; do
            sleep 0.05
            patience=$((patience - 1))
        done
        alive "$pid" "$start" && kill -9 -- "-$pid" 2>/dev/null
        rm -f "$record"
    done
}

exec 9<"$lock" || exit 1
while :; do
    flock -x 9 || exit 1
    [ "$linger" = 0 ] && break
    flock -u 9
    sleep "$linger"
    flock -n -x 9 && break
done

for level in 9 8 7 6 5 4 3 2 1; do
    stop_level "$level"
done
rm -f "$run/keeper" "$run/../endpoints.json" "$run/../owner.json"
