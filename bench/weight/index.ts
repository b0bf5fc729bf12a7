import type { Figure, TakeFigures } from '../comparison.js'
import { importTime } from './import-time.js'
import { installedSize } from './installed-size.js'
import { packedSize } from './packed-size.js'
import { type Project, projectWithUs } from './project.js'

/**
 * What a host installs and loads for a job, with the library or with others. A driver counts for everyone who needs
 * one.
 */
interface Way {
  readonly name: string
  readonly packages: readonly string[]
  readonly imports: readonly string[]
}

const WAYS: readonly Way[] = [
  { name: 'conversation-store, core', packages: ['conversation-store'], imports: ['conversation-store'] },
  { name: 'conversation-store, in memory', packages: ['conversation-store'], imports: ['conversation-store', 'conversation-store/memory'] },
  {
    name: 'PostgreSQL: conversation-store with pg',
    packages: ['conversation-store', 'pg'],
    imports: ['conversation-store', 'conversation-store/postgres', 'pg'],
  },
  { name: 'PostgreSQL: pg alone', packages: ['pg'], imports: ['pg'] },
  { name: 'PostgreSQL: Kysely with pg', packages: ['kysely', 'pg'], imports: ['kysely', 'pg'] },
  {
    name: 'PostgreSQL: Drizzle with pg',
    packages: ['drizzle-orm', 'pg'],
    imports: ['drizzle-orm/node-postgres', 'drizzle-orm/pg-core', 'pg'],
  },
  {
    name: 'PostgreSQL: Prisma’s client with adapter-pg',
    packages: ['@prisma/client', '@prisma/adapter-pg'],
    imports: ['@prisma/client/runtime/client', '@prisma/adapter-pg'],
  },
  {
    name: 'MongoDB: conversation-store with mongodb',
    packages: ['conversation-store', 'mongodb'],
    imports: ['conversation-store', 'conversation-store/mongo', 'mongodb'],
  },
  { name: 'MongoDB: mongodb alone', packages: ['mongodb'], imports: ['mongodb'] },
  { name: 'MongoDB: Mongoose', packages: ['mongoose'], imports: ['mongoose'] },
]

/** What users install beside them, on the machine that builds. */
const TOOLS: readonly Way[] = [{ name: 'Prisma’s CLI, which generates the client', packages: ['prisma'], imports: [] }]

const PACKED = ['conversation-store', 'kysely', 'drizzle-orm', '@prisma/client', 'mongoose']

export const takeWeight: TakeFigures = async () => {
  const project = projectWithUs()
  try {
    return { title: 'Start-up and weight', figures: [...loading(project), ...installing(project), ...packing(project)] }
  } finally {
    project.remove()
  }
}

function loading(project: Project): Figure[] {
  return WAYS.map(({ name, imports }) => ({
    title: `Import, ${name}`,
    value: importTime(project, imports),
    unit: 'ms',
    note: imports.join(', '),
  }))
}

function installing(project: Project): Figure[] {
  return [...WAYS.filter(({ name }) => !name.includes('in memory')), ...TOOLS].map(({ name, packages }) => {
    const { megabytes, count } = installedSize(project, packages)
    return { title: `Installed, ${name}`, value: megabytes, unit: 'MB', note: `${count} ${count === 1 ? 'package' : 'packages'}` }
  })
}

function packing(project: Project): Figure[] {
  return PACKED.map((name) => ({
    title: `Package, ${name}`,
    value: packedSize(project, name),
    unit: 'kB',
    note: 'the tarball alone, without dependencies',
  }))
}
