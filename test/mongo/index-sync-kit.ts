import type { CommandStartedEvent } from 'mongodb'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import type { IndexSyncOptions } from '../../src/migrator/kernel/index-findings.js'
import { compareIndexes } from '../../src/mongo/migrator/indexes/compare-indexes.js'
import type { DeclaredIndex } from '../../src/mongo/migrator/indexes/declared-index.js'
import { planIndexSync } from '../../src/mongo/migrator/indexes/plan-index-sync.js'
import { syncIndexes } from '../../src/mongo/migrator/indexes/sync-indexes.js'
import { isServerAbsent } from '../contract/server.js'
import { type IndexDatabase, openIndexDatabase } from './index-database.js'

export const all: IndexSyncOptions = { indexSet: 'platform', prune: false, collection: null }
export const pruned: IndexSyncOptions = { indexSet: 'platform', prune: true, collection: null }

interface IndexSyncKit {
  /** Every test has a new database. */
  readonly database: IndexDatabase
  names(): Promise<readonly unknown[]>
  verdicts(declared: readonly DeclaredIndex[]): Promise<readonly (readonly unknown[])[]>
  commandsOf(work: () => Promise<unknown>): Promise<readonly string[]>
  /** Syncs, and checks that a second sync and a plan then find nothing to do. */
  sync(declared: readonly DeclaredIndex[], options?: IndexSyncOptions, onCommand?: () => Promise<void>): ReturnType<typeof syncIndexes>
}

/** Registers tests of index syncs, each on an empty database of its own. */
export function describeIndexSync(title: string, tests: (kit: IndexSyncKit) => void): void {
  describe.skipIf(isServerAbsent('mongoReplicaSet'))(title, () => {
    let database: IndexDatabase
    beforeEach(async () => {
      database = await openIndexDatabase()
    })
    afterEach(() => database[Symbol.asyncDispose]())

    const names = async () => (await database.people.listIndexes().toArray()).map(({ name }) => name)
    const verdicts = async (declared: readonly DeclaredIndex[]) =>
      (await compareIndexes(database.db, declared)).map(({ index, verdict, found }) => [index, verdict, found])
    const commandsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
      const commands: string[] = []
      const note = ({ commandName }: CommandStartedEvent) => commands.push(commandName)
      database.client.on('commandStarted', note)
      await work().finally(() => database.client.off('commandStarted', note))
      return commands
    }
    const sync = async (declared: readonly DeclaredIndex[], options = all, onCommand: () => Promise<void> = async () => {}) => {
      const actions = await syncIndexes(database.db, declared, options, { beforeCommand: onCommand })
      const commands = await commandsOf(async () => {
        expect(await syncIndexes(database.db, declared, options)).toEqual([])
        expect(await planIndexSync(database.db, declared, options)).toEqual([])
      })
      expect(commands.filter((name) => !['listCollections', 'listIndexes', 'hello'].includes(name))).toEqual([])
      return actions
    }
    tests({
      get database() {
        return database
      },
      names,
      verdicts,
      commandsOf,
      sync,
    })
  })
}
