import type { CollectionMigration } from '../../mongo/migrator/migration.js'
import { storeCollectionMigrations } from '../../mongo/schema/steps.js'
import { platformIndexes } from './indexes.js'

const platformOwner = 'platform'

/** In the public database, this collection says which tenants there are and where their data is. */
const clientConfigs: CollectionMigration = {
  collectionName: 'client_configs',
  name: '001-create-client-configs-collection',
  description: 'The tenants of the platform: who they are, where their databases are, and how they are billed.',
  version: '001',
  owner: platformOwner,
  isPublic: true,
  isTenant: false,
  indexes: [
    {
      key: { config_id: 1 },
      options: { name: 'idx_config_id', unique: true },
      serves: 'find({ config_id }): a tenant; decides that it is there once',
    },
    {
      key: { schema_name: 1 },
      options: { name: 'idx_config_schema', unique: true },
      serves: 'find({ schema_name }): whose database it is; decides that it is of one tenant alone',
    },
    {
      key: { whatsapp_display_phone: 1 },
      options: { name: 'idx_whatsapp_display_phone' },
      serves: 'find({ whatsapp_display_phone }): the tenant that a number belongs to',
    },
    {
      key: { billing_status: 1, updated_at: 1 },
      options: { name: 'idx_billing_status_updated' },
      serves: 'find({ billing_status, updated_at: { $gte, $lt } }): tenants by how their bills stand, and since when',
    },
    {
      key: { updated_at: 1 },
      options: { name: 'idx_updated_at' },
      serves: 'find({ updated_at: { $gte } }).sort({ updated_at: 1 }): the tenants that have changed',
    },
    {
      key: { created_at: 1 },
      options: { name: 'idx_created_at' },
      serves: 'find({}).sort({ created_at: 1 }): the tenants in the order in which they came',
    },
  ],
}

/** A tenant that is not set up yet has no database, and there may be any number of those. */
const namedSchemas: CollectionMigration = {
  collectionName: 'client_configs',
  name: '002-leave-out-tenants-without-a-database',
  description: 'The database of a tenant is of one tenant alone, where the tenant has one.',
  version: '002',
  owner: platformOwner,
  isPublic: true,
  isTenant: false,
  indexes: [
    {
      key: { schema_name: 1 },
      options: { name: 'idx_config_schema', unique: true, partialFilterExpression: { schema_name: { $gt: '' } } },
      serves: 'find({ schema_name }): whose database it is; decides that it is of one tenant alone',
    },
  ],
}

/**
 * In the database of each tenant, this collection is the tenant's own copy of what the public database says about it.
 */
const config: CollectionMigration = {
  collectionName: 'config',
  name: '001-create-config-collection',
  description: 'What the database of a tenant says of the tenant itself.',
  version: '001',
  owner: platformOwner,
  isPublic: false,
  isTenant: true,
  indexes: [
    {
      key: { config_id: 1 },
      options: { name: 'idx_config_id', unique: true },
      serves: 'find({ config_id }): the configuration; decides that it is there once',
    },
    {
      key: { schema_name: 1 },
      options: { name: 'idx_config_schema', unique: true },
      serves: 'find({ schema_name }): the configuration of a database; decides that it is there once',
    },
    {
      key: { billing_status: 1, updated_at: 1 },
      options: { name: 'idx_billing_status_updated' },
      serves: 'find({ billing_status, updated_at: { $gte, $lt } }): how the bills stand, and since when',
    },
    {
      key: { updated_at: 1 },
      options: { name: 'idx_config_updated' },
      serves: 'find({ updated_at: { $gte } }).sort({ updated_at: 1 }): what has changed',
    },
    {
      key: { created_at: 1 },
      options: { name: 'idx_config_created' },
      serves: 'find({}).sort({ created_at: 1 }): the configurations in the order in which they came',
    },
  ],
}

/**
 * These are kept apart from the store's migrations, so that a database which `store.migrate()` made has all of those.
 */
const indexesOfThePlatform: readonly CollectionMigration[] = ['conversations', 'messages'].map((collectionName) => ({
  collectionName,
  name: `001-create-platform-indexes-of-${collectionName}`,
  description: `What an operator's reports ask of ${collectionName}.`,
  version: '001',
  owner: platformOwner,
  isPublic: false,
  isTenant: true,
  indexes: platformIndexes.filter(({ collection }) => collection === collectionName).map(({ collection: _, ...index }) => index),
}))

/**
 * The migrations of a platform with one public database and one database for each tenant, which holds a store. The
 * command runs them unless it is given others. A host adds its own with `[...MIGRATIONS, ...mine]`.
 */
export const MIGRATIONS: readonly CollectionMigration[] = [
  clientConfigs,
  namedSchemas,
  config,
  ...storeCollectionMigrations,
  ...indexesOfThePlatform,
]
