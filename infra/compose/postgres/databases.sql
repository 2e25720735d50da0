-- One database for each service; its tables are the service's own business.
create database merchants;
create database catalog;
create database ordering;
create database storefront;
