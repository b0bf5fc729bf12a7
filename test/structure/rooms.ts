import type { Import } from './read-imports.js'

const engineNeeds = ['model', 'store', 'migrator/kernel']

/** The rooms (folders) of `src`, each with those that it may import. Every other import goes in the wrong direction. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  store: ['model'],
  'migrator/kernel': ['model', 'store'],
  memory: ['model', 'store'],
  contract: ['model', 'store'],
  postgres: engineNeeds,
  mongo: engineNeeds,
  migrator: engineNeeds,
  http: ['model'],
  webhooks: ['model', 'store', 'http'],
  sync: ['model', 'store', 'http', 'webhooks'],
  'inbox-migrations': ['model', 'store', 'http'],
  adoption: [...engineNeeds, 'mongo', 'postgres'],
  platform: [...engineNeeds, 'postgres', 'mongo', 'migrator'],
  opening: ['model', 'store', 'memory', 'postgres', 'mongo'],
  migrations: ['migrator/kernel', 'migrator', 'postgres', 'mongo', 'platform', 'sync', 'adoption', 'inbox-migrations'],
  cli: [
    ...engineNeeds,
    'postgres',
    'mongo',
    'migrator',
    'platform',
    'migrations',
    'opening',
    'webhooks',
    'sync',
    'inbox-migrations',
    'adoption',
  ],
  root: ['model', 'store', 'opening'],
}

/** The imports that are forbidden within a room, as patterns of `from -> to`, and why. */
const mayNotImport: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^model\/planning\/\S+ -> model\/validation\//, 'the planner is given what was validated, and validates nothing'],
  [
    /^(postgres|mongo)\/(schema|functions|documents|migrator)\/\S+ -> (postgres|mongo)\/(operations|upsert|coalescing)\//,
    'how the data lies, and how it gets there, is known below the verbs that use it',
  ],
  [/^postgres\/functions\/\S+ -> postgres\/(schema|migrator)\//, 'a function is text, and what installs it stands above it'],
  [
    /^(postgres|mongo)\/(operations|upsert|coalescing)\/\S+ -> (postgres|mongo)\/migrator\//,
    'a verb takes the schema as it is, and migrates nothing',
  ],
  [
    /^webhooks\/([^/]+)\/\S+ -> webhooks\/(?!\1\/|(?:reading|signatures|protocols|ingesting|journal)\/)[^/]+\//,
    'a channel knows no other, and what channels share knows none of them: a host bundles only those that it imports',
  ],
  [
    /^sync\/\S+ -> webhooks\/(?!reading\/)/,
    'a source shares with the channels how their JSON is read, and brings none of them into a bundle',
  ],
]

/**
 * Returns the room of a file of `src`, or `root`. Returns null for a package, and for a folder that is not listed
 * above.
 */
function roomOf(file: string): string | null {
  const [, first = '', second = ''] = /^src\/([^/]+)(?:\/([^/]+))?/.exec(file) ?? []
  if (second === '' && file.startsWith('src/')) return 'root'
  const room = `${first}/${second}` in mayImport ? `${first}/${second}` : first
  return room in mayImport ? room : null
}

/** Returns what files of `src` import although they may not, in words. */
export function wrongDirections(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ to }) => to.startsWith('src/'))
    .flatMap(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)]
      const line = `${from} -> ${to}`
      if (room === null || other === null) return [`${line}: ${room === null ? from : to} is in no room that rooms.ts knows`]
      if (room !== other && !mayImport[room]?.includes(other)) return [`${line}: ${room} may not import ${other}`]
      const inside = `${from.slice('src/'.length)} -> ${to.slice('src/'.length)}`
      return mayNotImport.filter(([pattern]) => pattern.test(inside)).map(([, why]) => `${line}: ${why}`)
    })
}

const drivers: ReadonlySet<string> = new Set(['pg', 'mongodb', '@electric-sql/pglite'])

/**
 * Returns the imports of drivers, which are the host's. A room that imported one, even only for its types, would
 * require every host to install it.
 */
export function importedDrivers(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, to }) => drivers.has(to) && !['opening', 'cli'].includes(roomOf(from) ?? ''))
    .map(({ from, to }) => `${from} -> ${to}`)
}

/**
 * Returns the imports of an engine or the platform that the command loads at its start. It should load them only when
 * it needs them, because whatever it loads at its start is loaded for `--help` too.
 */
export function loadedAtStart(imports: readonly Import[]): readonly string[] {
  const lazyRooms = ['postgres', 'mongo', 'platform', 'webhooks', 'sync', 'inbox-migrations', 'adoption']
  return imports
    .filter(({ from, to, kind }) => kind === 'value' && roomOf(from) === 'cli' && lazyRooms.includes(roomOf(to) ?? ''))
    .map(({ from, to }) => `${from} -> ${to}`)
}
