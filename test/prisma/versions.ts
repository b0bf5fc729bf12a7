import { existsSync, readFileSync } from 'node:fs'

/** A version of Prisma, in a folder of its own beside this file, whose engines npm carries. */
export interface PrismaVersion {
  readonly name: string
  readonly major: 6 | 7
  /** The folder that has its packages. */
  readonly folder: URL
  /** The package of the engine behind `db push` and `migrate dev`. */
  readonly engine: string
}

export const prisma6 = version('Prisma 6.19', 6, 'schema-engine')
export const prisma74 = version('Prisma 7.4', 7, 'schema-engine-7.4')
export const prisma7 = version('Prisma 7.10', 7, 'schema-engine')

function version(name: string, major: 6 | 7, engine: string): PrismaVersion {
  const folder = new URL(`./${major}/`, import.meta.url)
  if (!existsSync(new URL('generated/client.ts', folder)))
    throw new Error(`${name} is not installed: npm run test:prisma installs it and runs these tests`)
  return { name, major, folder, engine }
}

/** The host's schema from before, and a schema in which some lines of the model went and others came. */
export function schemaOf({ folder }: PrismaVersion): string {
  return readFileSync(new URL('schema.prisma', folder), 'utf8').replace('env("DATABASE_URL")', '"postgres://unused"')
}

export function changedSchema(
  schema: string,
  { remove, add }: { readonly remove: readonly string[]; readonly add: readonly string[] },
): string {
  let text = schema
  for (const line of remove) {
    if (!text.includes(`  ${line}\n`)) throw new Error(`the schema has no line ${line}`)
    text = text.replace(`  ${line}\n`, '')
  }
  return text.replace('  @@map(', `${add.map((line) => `  ${line}\n`).join('')}  @@map(`)
}

export function withPartialIndexes(schema: string): string {
  return schema.replace('generator client {', 'generator client {\n  previewFeatures = ["partialIndexes"]')
}
