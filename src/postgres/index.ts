export type { PgClient, Pglite, PgliteTransaction, PgPool, PgPoolClient, PgQuery, PostgresDriver } from './drivers.js'
export { type PostgresOptions, postgres } from './postgres.js'
export { type SchemaSqlOptions, schemaSql } from './schema/schema-sql.js'
