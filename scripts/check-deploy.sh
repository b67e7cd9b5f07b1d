#!/usr/bin/env bash
# Checks deploy/ with the programs its files are for, as far as they can be had: promtool,
# systemd-analyze, nats-server, and by scripts/deploycheck the types of Kubernetes, Compose and
# BuildKit. Then it runs the static binary in a root that holds nothing else, as the image does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
work=$(mktemp -d)
pid=''
clean() {
  local code=$?
  trap - EXIT
  if [[ -n $pid ]]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  fi
  rm -rf "$work"
  exit "$code"
}
trap clean EXIT

promtool=$(command -v promtool || true)
if [[ -z $promtool ]]; then # unpacked, not installed: the package would start a server
  (
    cd "$work"
    for try in 1 2 3; do
      apt-get download -q prometheus >/dev/null 2>&1 && break
      sleep $((5 * (try - 1)))
      apt-get update -qq || true
    done
    dpkg -x prometheus_*.deb prometheus
  ) ||
    { echo 'promtool is missing, and apt has no package prometheus' >&2; exit 1; }
  promtool=$work/prometheus/usr/bin/promtool
fi
"$promtool" check config deploy/prometheus/prometheus.yml
"$promtool" test rules deploy/prometheus/alerts_test.yml

if command -v systemd-analyze >/dev/null; then
  # The program is not installed here, so another stands for it.
  sed 's#/usr/local/bin/ungcuu#/bin/true#; s#EnvironmentFile=#&-#' deploy/systemd/ungcuu.service >"$work/ungcuu.service"
  systemd-analyze verify "$work/ungcuu.service"
  systemd-analyze security --offline=true --threshold=20 --no-pager "$work/ungcuu.service" | tail -1
else
  echo 'systemd-analyze is missing: the unit is not checked' >&2
fi

nats=${UNGCUU_TEST_NATS:-}
if [[ -z $nats ]]; then
  nats=$work/nats-server
  go build -o "$nats" github.com/nats-io/nats-server/v2
fi
NATS_RELAY_PASSWORD=a NATS_NOTIFY_PASSWORD=b NATS_LEDGER_PASSWORD=c "$nats" -t -c deploy/nats/nats.conf

(cd scripts/deploycheck && go build -o "$work/deploycheck" .)
"$work/deploycheck" "$root/deploy"

if ((EUID)); then
  echo 'only root can change the root: the image is not tried' >&2
  exit 0
fi
image=$work/image
mkdir -p "$image/data"
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$image/ungcuu" ./cmd/ungcuu
chmod 755 "$work" "$image"
chown 65532:65532 "$image/data"
while # a free port below the range from which systems give ports out
  port=$((20000 + RANDOM % 12000))
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
do :; done
in_image() { UNGCUU_ADDR=127.0.0.1:$port UNGCUU_DATA=/data chroot --userspec=65532:65532 "$image" /ungcuu "$@"; }
in_image version
UNGCUU_ADDR=127.0.0.1:$port UNGCUU_DATA=/data chroot --userspec=65532:65532 "$image" /ungcuu serve --demo >"$work/serve.log" 2>&1 &
pid=$!
for _ in {1..600}; do
  if in_image health 2>"$work/health.log"; then
    echo "the binary serves in an empty root, as user 65532: $(du -h "$image/ungcuu" | cut -f1)"
    exit 0
  fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.1
done
cat "$work/health.log" "$work/serve.log" >&2
exit 1
