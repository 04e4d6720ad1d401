#!/bin/bash
# Runs once, when the cluster is made: the owner of the tables and the role that the application uses.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U postgres -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE portal_owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE portal_app LOGIN PASSWORD :'app_password';
GRANT portal_app TO portal_owner;
CREATE DATABASE portal OWNER portal_owner;
SQL
