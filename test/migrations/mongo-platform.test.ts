import { randomBytes } from 'node:crypto'
import { type Db, MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { declaredIndexes } from '../../src/mongo/migrator/declared-indexes.js'
import { compareIndexes } from '../../src/mongo/migrator/indexes/compare-indexes.js'
import { createDeclaredIndexes } from '../../src/mongo/migrator/indexes/index-commands.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { storeMigrations } from '../../src/mongo/schema/steps.js'
import { MIGRATIONS } from '../../src/platform/mongo/migrations.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { fillPasses } from './fill-passes.js'
import { queries } from './platform-queries.js'

const declared = declaredIndexes(mongoMigrations(MIGRATIONS))
const indexesOf = (collection: string) => declared.filter((each) => each.collection === collection)
const named = (collection: string) => indexesOf(collection).map(({ options }) => options.name)
const ofThePlatform = (collection: string) => indexesOf(collection).flatMap((each) => (each.indexSet ? [each.options.name] : []))

describe('the built-in migrations for MongoDB', () => {
  test('are the public collection, the tenants’ configuration, the store, and the indexes of the platform', () => {
    expect(MIGRATIONS.map(({ name, isPublic, isTenant, owner }) => [name, isPublic, isTenant, owner])).toEqual([
      ['001-create-client-configs-collection', true, false, 'platform'],
      ['002-leave-out-tenants-without-a-database', true, false, 'platform'],
      ['001-create-config-collection', false, true, 'platform'],
      ...storeMigrations.map(({ name }) => [name, false, true, 'conversation-store']),
      ['001-create-platform-indexes-of-conversations', false, true, 'platform'],
      ['001-create-platform-indexes-of-messages', false, true, 'platform'],
    ])
  })

  test('have the named indexes of the platform', () => {
    expect(named('client_configs')).toEqual([
      'idx_config_id',
      'idx_config_schema',
      'idx_whatsapp_display_phone',
      'idx_billing_status_updated',
      'idx_updated_at',
      'idx_created_at',
    ])
    expect(named('config')).toEqual([
      'idx_config_id',
      'idx_config_schema',
      'idx_billing_status_updated',
      'idx_config_updated',
      'idx_config_created',
    ])
    expect(named('conversations')).toEqual(
      expect.arrayContaining(['idx_conversations_user_phone', 'idx_conversations_status_activity', 'idx_conversations_last_activity']),
    )
    expect(ofThePlatform('conversations')).toEqual([
      'idx_conversations_window_expiration',
      'idx_conversations_window_status',
      'idx_conversations_created',
      'idx_conversations_status_user',
      'idx_conversations_closed',
    ])
    expect(named('messages')).toContain('idx_messages_message_id')
    expect(ofThePlatform('messages')).toEqual([
      'idx_messages_whatsapp_message_id',
      'idx_messages_conversation_timestamp',
      'idx_messages_conversation_timestamp_desc',
      'idx_messages_conversation_direction_timestamp',
      'idx_messages_conversation_sender_timestamp',
      'idx_messages_timestamp',
      'idx_messages_status_timestamp',
      'idx_messages_direction',
      'idx_messages_sender',
      'idx_messages_ai_generated',
      'idx_messages_read_at',
    ])
  })

  test('declare each index once but for the one that was changed, say what it serves, and lead with the account in the store', () => {
    const names = MIGRATIONS.flatMap(({ collectionName, indexes }) => indexes.map(({ options }) => `${collectionName} ${options.name}`))
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual(['client_configs idx_config_schema'])
    for (const { collection, key, options, serves } of declared) {
      expect(serves, options.name).toMatch(/^find\(/)
      if (collection !== 'client_configs' && collection !== 'config') expect(Object.keys(key)[0], options.name).toBe('accountId')
    }
  })

  test('name each index in the table of the documents', async () => {
    const { readFile } = await import('node:fs/promises')
    const table = await readFile(new URL('../../docs/migrations/indexes.md', import.meta.url), 'utf8')
    for (const { options } of declared) expect(table).toContain(`\`${options.name}\``)
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the indexes of the built-in migrations on MongoDB', () => {
  let client: MongoClient
  let db: Db
  beforeAll(async () => {
    client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
    db = client.db(`test_${randomBytes(6).toString('hex')}`)
    for (const name of new Set(declared.map(({ collection }) => collection))) await createDeclaredIndexes(db, name, indexesOf(name))
    await fill(db)
  })
  afterAll(async () => {
    await db.dropDatabase()
    await client.close()
  })

  test('are what the server has', async () => {
    const findings = await compareIndexes(db, declared)
    expect(findings.filter(({ verdict }) => verdict !== 'equal')).toEqual([])
    expect(findings.length).toBe(declared.length)
  })

  test('are asked each by one query at least', () => {
    const asked = queries.map(({ collection, index }) => `${collection} ${index}`)
    for (const { collection, options } of declared) expect(asked).toContain(`${collection} ${options.name}`)
  })

  test.each(queries)('$collection: $index serves its query, or $covering does', async ({ collection, index, covering, filter, sort }) => {
    const find = (hint?: string) => {
      const cursor = db.collection(collection).find(filter).sort(sort)
      return (hint === undefined ? cursor : cursor.hint(hint)).explain('executionStats')
    }
    const [free, hinted] = [await find(), await find(index)]
    expect([index, ...covering]).toContain(indexOf(free.queryPlanner.winningPlan))
    // The index would serve the query by itself: no document is read in vain, and nothing is sorted.
    const { executionStats, queryPlanner } = hinted
    expect(JSON.stringify(queryPlanner.winningPlan)).not.toContain('"SORT"')
    expect(executionStats.totalDocsExamined).toBe(executionStats.nReturned)
    expect(executionStats.nReturned).toBeGreaterThan(0)
  })
})

function indexOf(plan: unknown): unknown {
  return /"indexName":"([^"]+)"/.exec(JSON.stringify(plan))?.[1]
}

/** Writes documents like those of the store, spread so that no two indexes are equally good for a query by chance. */
async function fill(db: Db): Promise<void> {
  const minute = (n: number) => new Date(Date.UTC(2030, 0, 1) + n * 60_000)
  const some = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))
  await db.collection('client_configs').insertMany(some(200, configuration))
  await db.collection('config').insertMany(some(200, configuration))
  await db.collection('inboxes').insertMany(some(50, (n) => ({ accountId: 'acme', oa_id: `o${n}` })))
  await db
    .collection('contacts')
    .insertMany(some(500, (n) => ({ accountId: 'acme', ...(n % 3 === 0 ? {} : { merged_into: `p${n % 50}` }) })))
  await db.collection('contact_inboxes').insertMany(
    some(500, (n) => ({
      accountId: 'acme',
      oa_id: `o${n % 20}`,
      customer_id: `c${n}`,
      ...(n % 5 === 0 ? { canonical_id: `i${n % 50}` } : {}),
    })),
  )
  await db.collection('conversations').insertMany(
    some(2_000, (n) => {
      const status = ['open', 'closed', 'snoozed', 'closed'][n % 4]
      return {
        accountId: 'acme',
        oa_id: `o${n % 20}`,
        customer_id: `c${n}`,
        contact_inbox_id: `i${n % 700}`,
        contact_id: `p${n % 700}`,
        status,
        ...(status === 'closed' ? {} : { active: true, username_key: `u${n}` }),
        ...(n % 3 === 0 ? { chatbot_id: `b${n % 9}` } : {}),
        last_activity_at: minute((n * 7) % 2_000),
        window_expires_at: n % 2 ? null : minute((n * 11) % 2_000),
        snoozed_until: status === 'snoozed' ? minute((n * 13) % 2_000) : null,
        unread_count: n % 7 === 0 ? 1 : 0,
        closed_at: status === 'closed' ? minute((n * 17) % 2_000) : null,
        created_at: minute(n),
      }
    }),
  )
  await db
    .collection('conversation_merges')
    .insertMany(
      some(500, (n) => ({ accountId: 'acme', lost_id: `v${n}`, kept_id: `v${n % 50}`, ...(n % 3 === 0 ? {} : { standing: true }) })),
    )
  await db.collection('webhook_journal').insertMany(
    some(500, (n) => ({
      accountId: 'acme',
      outcome: n % 10 === 0 ? 'failed' : 'ingested',
      received_at: new Date(n),
      expires_at: new Date(Date.UTC(2030, 0, 1) + n * 60_000),
      ...(n % 7 === 0 && { due_at: new Date(n) }),
    })),
  )
  await fillPasses(db)
  await db.collection('leases').insertMany(
    some(500, (n) => ({
      accountId: 'acme',
      kind: n % 5 === 0 ? 'sync' : 'move',
      key: `k${n}`,
      ...(n % 3 === 0 ? {} : { holder: 'host' }),
    })),
  )
  await db.collection('contact_merges').insertMany(
    some(500, (n) => ({
      accountId: 'acme',
      lost_id: `k${n}`,
      kept_id: `k${n % 50}`,
      place: n,
      ...(n % 3 === 0 ? {} : { standing: true }),
    })),
  )
  await db.collection('messages').insertMany(
    some(5_000, (n) => {
      const isInbound = n % 2 === 0
      const contact = (n >> 1) % 50
      return {
        accountId: 'acme',
        conversation_id: `v${contact}`,
        contact_inbox_id: `i${contact}`,
        seq: n,
        ...(n % 10 === 9 ? {} : { message_id: `m${n}` }),
        ...(isInbound ? {} : { local_id: `l${n}`, awaits: ['delivered', 'read'] }),
        direction: isInbound ? 'inbound' : 'outbound',
        sender_id: isInbound ? `c${contact}` : `a${n % 7}`,
        sender_type: isInbound ? 'customer' : n % 3 === 0 ? 'bot' : 'agent',
        status: isInbound ? null : ['pending', 'sent', 'read', 'failed'][n % 4 === 1 ? 2 : (n >> 2) % 4],
        occurred_at: minute((n * 3) % 5_000),
        sent_at: isInbound ? null : minute((n * 3) % 5_000),
        read_at: n % 4 === 1 ? minute((n * 5) % 5_000) : null,
      }
    }),
  )
  await db.collection('contact_interaction_events').insertMany(
    some(2_000, (n) => ({
      accountId: 'acme',
      contact_inbox_id: `i${n % 50}`,
      created_at: minute(n),
      ...(n % 20 === 0
        ? { waiting: true, target_message_id: `t${n}`, local_id: `l${n}` }
        : { conversation_id: `v${n % 50}`, event_seq: n }),
      ...(n % 2 === 0 ? { message_id: `m${n}` } : { dedupe_key: `k${n}` }),
    })),
  )

  function configuration(n: number) {
    return {
      config_id: `t${n}`,
      schema_name: `tenant_${n}`,
      whatsapp_display_phone: `+84${n}`,
      billing_status: ['paid', 'due', 'trial'][n % 3],
      updated_at: minute((n * 7) % 200),
      created_at: minute(n),
    }
  }
}
