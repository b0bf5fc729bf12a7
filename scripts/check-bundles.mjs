// Builds the packed package with Next.js, as a host does that has `pg` and no other driver and sets no option for
// bundlers, and asks the built program for a page. This is a check of its own, because installing Next.js takes a
// while.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { packedProject } from './packed-project.mjs'

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const { directory, run } = packedProject(`pg@${devDependencies.pg}`, 'next@16', 'react@19', 'react-dom@19')
const PAGE = `import pg from 'pg'
import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
export const dynamic = 'force-dynamic'
const pool = new pg.Pool({ connectionString: 'postgres://127.0.0.1:1/x' })
export default async function Page() {
  const store = createConversationStore({ adapter: postgres({ pool }), retry: { attempts: 1 } })
  const byUrl = createConversationStore({ url: 'memory:' })
  await byUrl.migrate()
  const { outcome } = await byUrl.forAccount('acme').upsertConversation({ oaId: 'shop', customerId: 'lan' })
  return <p>{await store.migrate().catch((error) => \`\${error.code} \${outcome}\`)}</p>
}
`
mkdirSync(join(directory, 'app'))
writeFileSync(join(directory, 'app/page.jsx'), PAGE)
writeFileSync(join(directory, 'app/layout.jsx'), 'export default ({ children }) => <html><body>{children}</body></html>\n')
process.env.NEXT_TELEMETRY_DISABLED = '1'
run('npx', '--no-install', 'next', 'build')
console.log('  next build takes the package with pg alone')

const port = 30_000 + (process.pid % 10_000)
const next = join(directory, 'node_modules/next/dist/bin/next')
const server = spawn(process.execPath, [next, 'start', '--port', String(port)], { cwd: directory, stdio: 'ignore' })
try {
  const page = await answer(`http://127.0.0.1:${port}/`)
  if (!page.includes('UNAVAILABLE created')) throw new Error(`the built page says ${page}`)
  console.log('  the built page reaches its adapter, and opens a store by URL')
} finally {
  server.kill()
  await once(server, 'exit')
}

async function answer(url) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await (await fetch(url)).text()
    } catch (error) {
      if (attempt === 60) throw error
      await sleep(500)
    }
  }
}
