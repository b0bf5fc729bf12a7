import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Pool } from 'pg'
import type { PrismaVersion } from './versions.js'

/** What these tests use of the engine behind `db push` and `migrate dev`. */
interface SchemaEngine {
  schemaPush(input: object): Promise<PushResult>
  diff(input: object): Promise<{ readonly stdout: string | null }>
  applyMigrations(input: object): Promise<{ readonly appliedMigrationNames: readonly string[] }>
}

interface PushResult {
  readonly executedSteps: number
  readonly unexecutable: readonly string[]
  readonly warnings: readonly string[]
}

interface Glue {
  __wbg_set_wasm(exports: unknown): void
  readonly SchemaEngine: { new (options: object, log: (line: string) => void, adapter: object): Promise<SchemaEngine> }
}

interface Queryable {
  queryRaw(query: unknown): Promise<{ columnTypes: number[] }>
}

type Connect = (...given: unknown[]) => Promise<Queryable>

/** The driver of the version's own folder, by which its adapter knows a pool. */
interface Driver {
  readonly Pool: new (config: object) => Pool
  readonly Client: { readonly prototype: { query(...given: unknown[]): Promise<unknown> } }
}

const patched = new WeakSet<object>()

interface Utils {
  readonly ColumnTypeEnum: { readonly Character: number; readonly CharacterArray: number }
  bindMigrationAwareSqlAdapterFactory(factory: object): object
}

/** The `tables.external` of a host's prisma.config.ts: what is not in its schema, and is to be left alone. */
const filters = { externalTables: ['public.conversation_store_adoption'], externalEnums: [] }
const glues = new Map<string, Promise<Glue>>()

/** One database, with the commands of Prisma that change it. */
export interface PrismaDatabase {
  /** `prisma db push`, with `--accept-data-loss` if it is forced. */
  push(schema: string, options?: { readonly force?: boolean; readonly external?: readonly string[] }): Promise<PushResult>
  /** The SQL of the migration from one schema to another, as `migrate dev` writes it. Null stands for no schema. */
  migration(from: string | null, to: string): Promise<string>
  /** `prisma migrate deploy`. */
  deploy(schema: string, migrations: readonly string[]): Promise<readonly string[]>
  end(): Promise<void>
}

export function prismaDatabase(version: PrismaVersion, url: string): PrismaDatabase {
  const pools: Pool[] = []
  const engine = (schema: string) => openEngine(version, url, schema, pools)
  const files = (schema: string) => ({ files: [{ path: 'schema.prisma', content: schema }] })
  const list = (migrations: readonly string[]) => ({
    baseDir: '/migrations',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map((content, at) => ({
      path: `2026010100000${at}_step`,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: content } },
    })),
  })
  return {
    push: async (schema, { force = false, external = filters.externalTables } = {}) =>
      (await engine(schema)).schemaPush({ force, schema: files(schema), filters: { ...filters, externalTables: external } }),
    async migration(from, to) {
      const side = (schema: string | null) => (schema === null ? { tag: 'empty' } : { tag: 'schemaDatamodel', ...files(schema) })
      const input = { from: side(from), to: side(to), script: true, shadowDatabaseUrl: null, exitCode: null, filters }
      return (await (await engine(to)).diff(input)).stdout ?? ''
    },
    deploy: async (schema, migrations) =>
      (await (await engine(schema)).applyMigrations({ migrationsList: list(migrations), filters })).appliedMigrationNames,
    end: async () => {
      await Promise.all(pools.map((pool) => pool.end()))
    },
  }
}

async function openEngine({ folder, engine }: PrismaVersion, url: string, schema: string, pools: Pool[]): Promise<SchemaEngine> {
  const require = createRequire(new URL('package.json', folder))
  const { PrismaPg } = require('@prisma/adapter-pg') as { PrismaPg: new (pool: Pool, options: object) => Record<string, Connect> }
  const { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } = require('@prisma/driver-adapter-utils') as Utils
  const driver = require('pg') as Driver
  tellTextualTypes(driver)
  const pool = new driver.Pool({ connectionString: url, max: 4 })
  pools.push(pool)
  const factory = new PrismaPg(pool, { schema: 'public' })
  // The adapter calls the type "char" an array of characters here; the engine asks for one character.
  const asCharacters = (queryable: Queryable) => {
    const queryRaw = queryable.queryRaw.bind(queryable)
    queryable.queryRaw = async (query) => {
      const result = await queryRaw(query)
      const { Character, CharacterArray } = ColumnTypeEnum
      return { ...result, columnTypes: result.columnTypes.map((type) => (type === CharacterArray ? Character : type)) }
    }
    return queryable
  }
  for (const name of ['connect', 'connectToShadowDb']) {
    const connect = factory[name]?.bind(factory)
    if (connect !== undefined) factory[name] = async (...given) => asCharacters(await connect(...given))
  }
  const key = new URL(engine, folder).href
  const glue = glues.get(key) ?? loadEngine(folder, engine)
  glues.set(key, glue)
  const { SchemaEngine } = await glue
  const create = Reflect.get(SchemaEngine, 'new') as (options: object, log: () => void, adapter: object) => Promise<SchemaEngine>
  return create.call(
    SchemaEngine,
    { datamodels: [['schema.prisma', schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  )
}

/** The compiler has no types of WebAssembly without those of browsers. */
interface WebAssemblyHere {
  instantiate(bytes: Buffer, imports: Readonly<Record<string, object>>): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>
}

async function loadEngine(folder: URL, name: string): Promise<Glue> {
  const at = new URL(`node_modules/${name}/`, folder)
  const glue: Glue = await import(/* @vite-ignore */ new URL('schema_engine_bg.js', at).href)
  const webAssembly = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyHere
  const { instance } = await webAssembly.instantiate(readFileSync(new URL('schema_engine_bg.wasm', at)), { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return glue
}

/**
 * The adapter refuses the types `name` and "char" of the catalogs, which the engine of Prisma's own command reads
 * without it. So they are told as `text` and as an array of characters.
 */
function tellTextualTypes({ Client }: Driver): void {
  const told = new Map([
    [18, 1002],
    [19, 25],
  ])
  const query = Client.prototype.query
  if (patched.has(query)) return
  const renamed = <T>(result: T): T => {
    const { fields = [] } = Object(result) as { fields?: { dataTypeID: number }[] }
    for (const field of fields) field.dataTypeID = told.get(field.dataTypeID) ?? field.dataTypeID
    return result
  }
  Client.prototype.query = function (this: unknown, ...given: unknown[]) {
    const last = given.at(-1)
    if (typeof last !== 'function') return Reflect.apply(query, this, given).then(renamed)
    const callback = (error: unknown, result: unknown) => Reflect.apply(last, undefined, [error, renamed(result)])
    return Reflect.apply(query, this, [...given.slice(0, -1), callback])
  }
  patched.add(Client.prototype.query)
}
