#!/bin/sh
# Makes .env with random secrets beside docker-compose.yml, once; prints the operator's key, which is stored nowhere else.
set -eu
cd "$(dirname "$0")/../.."
[ ! -e .env ] || {
    echo ".env exists already: remove it to make new secrets (the databases keep the old password)." >&2
    exit 1
}
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
operator=op_$(random)
umask 077
cat >.env <<END
POSTGRES_PASSWORD=$(random)
RABBITMQ_PASSWORD=$(random)
ORDERING_TOKEN_SECRET=$(random)
OPERATOR_KEY_HASH=$(printf %s "$operator" | sha256sum | cut -d' ' -f1)
PUBLIC_URL=http://localhost:8080
END
echo "Operator key (Authorization: Bearer …): $operator"
