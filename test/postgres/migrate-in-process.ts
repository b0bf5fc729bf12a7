import { Pool } from 'pg'
import { postgres } from '../../src/postgres/index.js'

// One of several processes that migrate one database at the same time: `tsx migrate-in-process.ts <url> <schema>
// <calls>`.
const [url, schema, calls] = process.argv.slice(2)
if (url === undefined || schema === undefined) throw new Error('usage: <url> <schema> <calls>')
const pool = new Pool({ connectionString: url, max: 5 })
const reports = await Promise.all(Array.from({ length: Number(calls) }, () => postgres({ pool, schema }).migrate()))
await pool.end()
process.stdout.write(JSON.stringify(reports))
