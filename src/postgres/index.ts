export type { PgClient, Pglite, PgliteTransaction, PgPool, PgPoolClient, PostgresDriver } from './drivers.js'
export { type SchemaSqlOptions, schemaSql } from './migrations/schema-sql.js'
export { type PostgresOptions, postgres } from './postgres.js'
