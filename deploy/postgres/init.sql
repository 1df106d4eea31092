-- Role and database of CarT.Fhir, once, by a superuser, with psql 15 or newer:
--   CART_DB_PASSWORD=… psql -v ON_ERROR_STOP=1 -U postgres -f init.sql
-- docker-compose.yml does it at the first start of the database. Tables are made by the services, each in a schema of its own.
\set ON_ERROR_STOP on
\getenv password CART_DB_PASSWORD
\if :{?password}
\else
  DO $$ BEGIN RAISE EXCEPTION 'CART_DB_PASSWORD is not set'; END $$;
\endif

-- It logs in and works on what it made: no superuser, no databases, no roles, no replication.
CREATE ROLE cart LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 200;

-- The database stays with the superuser: the role can make schemas in it and cannot drop or change it.
CREATE DATABASE cart ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE cart FROM PUBLIC;
GRANT CONNECT, CREATE ON DATABASE cart TO cart;

\connect cart
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- Instants are stored as UTC ticks; a session says UTC too, so that what a person reads by hand is what stands there.
ALTER ROLE cart IN DATABASE cart SET timezone = 'UTC';
