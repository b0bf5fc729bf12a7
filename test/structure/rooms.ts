import type { Import } from './read-imports.js'

const engineNeeds = ['model', 'store', 'migrator/kernel']

/** The rooms of `src`, each with those that it may import. An import that is not listed here goes against the direction of the house. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  store: ['model'],
  'migrator/kernel': ['model', 'store'],
  memory: ['model', 'store'],
  contract: ['model', 'store'],
  postgres: engineNeeds,
  mongo: engineNeeds,
  migrator: engineNeeds,
  webhooks: ['model', 'store'],
  platform: [...engineNeeds, 'postgres', 'mongo', 'migrator'],
  opening: ['model', 'store', 'memory', 'postgres', 'mongo'],
  migrations: ['migrator/kernel', 'migrator', 'postgres', 'mongo', 'platform'],
  cli: [...engineNeeds, 'postgres', 'mongo', 'migrator', 'platform', 'migrations', 'opening'],
  root: ['model', 'store', 'opening'],
}

/** Within a room: what the files of the first folder must leave alone. */
const mayNotImport: readonly (readonly [room: RegExp, others: RegExp])[] = [
  // The planner is given what was validated; it validates nothing.
  [/^model\/planning\//, /^model\/validation\//],
  // How the data lies is known below the verbs that use it, and the migrator runs without any of them.
  [/^(postgres|mongo)\/(schema|functions|documents|migrator)\//, /^(postgres|mongo)\/(operations|upsert|coalescing)\//],
  // A function of the database is text that is made of names and constants; what installs it stands above it.
  [/^postgres\/functions\//, /^postgres\/(schema|migrator)\//],
  // A verb finds the schema as it is. Who brings it there is somebody else's call.
  [/^(postgres|mongo)\/(operations|upsert|coalescing)\//, /^(postgres|mongo)\/migrator\//],
]

/** The room of a file of `src`, or `root`; null for a package, and for a room that the house does not have. */
function roomOf(file: string): string | null {
  const [, first = '', second = ''] = /^src\/([^/]+)(?:\/([^/]+))?/.exec(file) ?? []
  if (second === '' && file.startsWith('src/')) return 'root'
  const room = `${first}/${second}` in mayImport ? `${first}/${second}` : first
  return room in mayImport ? room : null
}

/** What files of `src` import and may not, in words. */
export function wrongDirections(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ to }) => to.startsWith('src/'))
    .flatMap(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)]
      const line = `${from} -> ${to}`
      if (room === null || other === null) return [`${line}: ${room === null ? from : to} is in no room that rooms.ts knows`]
      if (room !== other && !mayImport[room]?.includes(other)) return [`${line}: ${room} may not import ${other}`]
      const inside = (file: string) => file.slice('src/'.length)
      const broken = mayNotImport.filter(([folder, others]) => folder.test(inside(from)) && others.test(inside(to)))
      return broken.map(([folder, others]) => `${line}: ${folder.source} may not import ${others.source}`)
    })
}

const drivers: ReadonlySet<string> = new Set(['pg', 'mongodb', '@electric-sql/pglite'])

/** Drivers are the host's: a room that imported one, if only for its types, would ask every host to install it. */
export function importedDrivers(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, to }) => drivers.has(to) && !['opening', 'cli'].includes(roomOf(from) ?? ''))
    .map(({ from, to }) => `${from} -> ${to}`)
}

/** The command loads an engine and the platform where it comes to them: what is loaded at its start is loaded for `--help` too. */
export function loadedAtStart(imports: readonly Import[]): readonly string[] {
  const lazyRooms = ['postgres', 'mongo', 'platform']
  return imports
    .filter(({ from, to, kind }) => kind === 'value' && roomOf(from) === 'cli' && lazyRooms.includes(roomOf(to) ?? ''))
    .map(({ from, to }) => `${from} -> ${to}`)
}
