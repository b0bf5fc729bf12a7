import type { PostgresIndex, PostgresMigration, PostgresStep, SqlContext } from '../../postgres/migrator/migration.js'
import { storeMigrations } from '../../postgres/schema/steps.js'
import { platformIndexes } from './indexes.js'

const owner = 'platform'

/** In the public schema, this table says which tenants there are and where their data is. */
const clientConfigs: PostgresMigration = {
  id: '001-create-client-configs',
  owner,
  description: 'The tenants of the platform: who they are, where their schemas are, and how they are billed.',
  tx: true,
  isPublic: true,
  isTenant: false,
  steps: [createConfigs('client_configs')],
  indexes: [
    ...configIndexes('client_configs', { tenant: 'a tenant', whose: 'whose schema it is; decides that it is of one tenant alone' }),
    {
      table: 'client_configs',
      name: 'idx_whatsapp_display_phone',
      columns: 'whatsapp_display_phone',
      serves: 'whatsapp_display_phone = …: the tenant that a number belongs to',
    },
    {
      table: 'client_configs',
      name: 'idx_updated_at',
      columns: 'updated_at',
      serves: 'order by updated_at: the tenants that have changed',
    },
    {
      table: 'client_configs',
      name: 'idx_created_at',
      columns: 'created_at',
      serves: 'order by created_at: the tenants in the order in which they came',
    },
  ],
  down: [dropConfigs('client_configs')],
}

/** In the schema of each tenant, this table is the tenant's own copy of what the public schema says about it. */
const config: PostgresMigration = {
  id: '002-create-config',
  owner,
  description: 'What the schema of a tenant says of the tenant itself.',
  tx: true,
  isPublic: false,
  isTenant: true,
  steps: [createConfigs('config')],
  indexes: [
    ...configIndexes('config', { tenant: 'the configuration', whose: 'the configuration of a schema; decides that it is there once' }),
    { table: 'config', name: 'idx_config_updated', columns: 'updated_at', serves: 'order by updated_at: what has changed' },
    {
      table: 'config',
      name: 'idx_config_created',
      columns: 'created_at',
      serves: 'order by created_at: the configurations in the order in which they came',
    },
  ],
  down: [dropConfigs('config')],
}

/** These indexes are built concurrently, because a store that `store.migrate()` made may have been in use since. */
const indexesOfThePlatform: PostgresMigration = {
  id: '003-create-platform-indexes',
  owner,
  description: "What an operator's reports ask of conversations and messages.",
  tx: false,
  isPublic: false,
  isTenant: true,
  steps: [],
  indexes: platformIndexes,
}

/**
 * The migrations of a platform with one public schema and one schema for each tenant, which holds a store. The command
 * runs them on PostgreSQL unless it is given others. A host adds its own with `[...POSTGRES_MIGRATIONS, ...mine]`.
 */
export const POSTGRES_MIGRATIONS: readonly PostgresMigration[] = [clientConfigs, config, ...storeMigrations, indexesOfThePlatform]

/**
 * The table has no primary key, because `idx_config_id` is one in all but name. The same index would be there twice.
 */
function createConfigs(table: string): PostgresStep {
  return {
    name: `create ${table}`,
    sql: ({ quotedSchema }: SqlContext) => `create table ${quotedSchema}.${table} (
  config_id text collate "C" not null,
  schema_name text collate "C",
  whatsapp_display_phone text collate "C",
  billing_status text collate "C",
  settings jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
)`,
  }
}

function dropConfigs(table: string): PostgresStep {
  return { name: `drop ${table}`, sql: ({ quotedSchema }: SqlContext) => `drop table if exists ${quotedSchema}.${table}` }
}

function configIndexes(table: string, { tenant, whose }: { readonly tenant: string; readonly whose: string }): readonly PostgresIndex[] {
  return [
    {
      table,
      name: 'idx_config_id',
      columns: 'config_id',
      unique: true,
      serves: `config_id = …: ${tenant}; decides that it is there once`,
    },
    { table, name: 'idx_config_schema', columns: 'schema_name', unique: true, serves: `schema_name = …: ${whose}` },
    {
      table,
      name: 'idx_billing_status_updated',
      columns: 'billing_status, updated_at',
      serves: 'billing_status = … and updated_at >= … and updated_at < …: by how the bills stand, and since when',
    },
  ]
}
