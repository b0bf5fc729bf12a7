import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PGlite } from '@electric-sql/pglite'
import type { ContractBackend, LeftOut } from '../../src/contract/index.js'
import { createConversationStore } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'
import { newPglite } from '../servers/pglite.js'
import { laterMigration } from './postgres-backend.js'
import { present } from './present.js'
import { type Query, sqlReader } from './sql-reader.js'

export const pgliteLeftOut: LeftOut = { 'faults.unreachable': 'PGlite has no server' }

let instance: PGlite | undefined
let schemas = 0

/** Opens a schema of its own in the one instance of this process, because an instance takes seconds to start. */
export async function pgliteBackend(): Promise<ContractBackend & { readonly query: Query }> {
  instance ??= newPglite()
  const pglite = instance
  const newSchema = () => `contract_${++schemas}`
  const schema = newSchema()
  const query: Query = async (text, values = []) => (await pglite.query<Record<string, unknown>>(text, values)).rows
  await postgres({ pool: pglite, schema }).migrate()
  return {
    name: 'pglite',
    supportsEvents: true,
    supportsTransactions: true,
    query,
    createAdapter: () => postgres({ pool: pglite, schema }),
    raw: sqlReader(query, schema),
    inTransaction: (work) => pglite.transaction(work),
    faults: {
      schemaMissing: async () => postgres({ pool: pglite, schema: newSchema() }),
      async schemaTooNew() {
        const tooNew = newSchema()
        const newer = postgres({ pool: pglite, schema: tooNew })
        const { schema: number } = await newer.migrate()
        await query(laterMigration(`${tooNew}.conversation_store_migrations`, number + 1))
        return newer
      },
      lockedDataDir,
    },
    close: async () => {},
  }
}

/** Makes a data directory whose lock another process holds. */
async function lockedDataDir() {
  const directory = await mkdtemp(join(tmpdir(), 'conversation-store-test-locked-'))
  const dataDir = join(directory, 'data')
  const script = fileURLToPath(new URL('./hold-data-dir.ts', import.meta.url))
  const holder = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  return {
    pid: present(holder.pid),
    async open() {
      const store = createConversationStore({ url: `pglite:${dataDir}` })
      try {
        return await store.migrate()
      } finally {
        await store.close()
        if (holder.exitCode !== null) await rm(directory, { recursive: true, force: true })
      }
    },
    async release() {
      holder.stdin.end()
      await once(holder, 'exit')
    },
  }
}
