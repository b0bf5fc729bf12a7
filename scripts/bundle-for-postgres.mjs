// Bundles a host's program on PostgreSQL, to prove that it builds with only `pg` installed and stays small.
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The largest sizes in bytes, with the driver left outside: as esbuild writes the bundle, and minified. */
const LIMITS = { plain: 975_000, minified: 700_000 }

const PROGRAM = `import pg from 'pg'
import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
const store = createConversationStore({ adapter: postgres({ pool: new pg.Pool() }) })
console.log(await store.checkSchema())
`
const BY_URL = `import { createConversationStore } from 'conversation-store'
import { openUrl } from 'conversation-store/opening'
createConversationStore({ adapter: openUrl('postgres://localhost/x') })
`

/**
 * Bundles in a project that has the package and `pg`. Returns the sizes in words. Throws if a build fails or is too
 * large.
 */
export async function bundleForPostgres(directory) {
  const bundled = async (program, name, minify) => {
    writeFileSync(join(directory, `${name}.mjs`), program)
    const outfile = join(directory, 'bundles', `${name}-${minify ? 'minified' : 'plain'}.mjs`)
    const entryPoints = [join(directory, `${name}.mjs`)]
    await build({ entryPoints, outfile, bundle: true, minify, platform: 'node', format: 'esm', external: ['pg'], logLevel: 'error' })
    return statSync(outfile).size
  }
  await bundled(BY_URL, 'by-url', false)
  const sizes = { plain: await bundled(PROGRAM, 'program', false), minified: await bundled(PROGRAM, 'program', true) }
  for (const [name, limit] of Object.entries(LIMITS)) {
    if (sizes[name] > limit) throw new Error(`a bundle with pg outside is ${sizes[name]} bytes (${name}), over the limit of ${limit}`)
  }
  return `${Math.round(sizes.plain / 1000)} kB, ${Math.round(sizes.minified / 1000)} kB minified`
}
