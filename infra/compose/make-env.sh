#!/bin/sh
# Makes .env with random secrets beside docker-compose.yml; what is there already stays. Prints a new operator's key, which is stored nowhere else.
set -eu
cd "$(dirname "$0")/../.."
umask 077
touch .env
chmod 600 .env
has() { grep -q "^$1=" .env; }
keep() { has "$1" || printf '%s=%s\n' "$1" "$2" >>.env; }
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

keep POSTGRES_PASSWORD "$(random)"
keep RABBITMQ_PASSWORD "$(random)"
keep ORDERING_TOKEN_SECRET "$(random)"
has OPERATOR_KEY_HASH || {
    operator=op_$(random)
    keep OPERATOR_KEY_HASH "$(printf %s "$operator" | sha256sum | cut -d' ' -f1)"
    echo "Operator key (Authorization: Bearer …): $operator"
}
# The storefront's sign-in keys lie in its database under this certificate.
has DATA_PROTECTION_CERTIFICATE || {
    command -v openssl >/dev/null || {
        echo "openssl is needed to make the certificate of the storefront's keys: install it (apt install openssl) and run this again." >&2
        exit 1
    }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=Panier local data protection" -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
    openssl pkcs12 -export -inkey "$work/key.pem" -in "$work/certificate.pem" -passout pass: -out "$work/both.p12"
    keep DATA_PROTECTION_CERTIFICATE "$(base64 <"$work/both.p12" | tr -d '\n')"
}
keep PUBLIC_URL http://localhost:8080
