import { appendFileSync, openSync, writeSync } from 'node:fs'
import { openUrl } from '../../src/opening/index.js'
import { runCallers } from './callers.js'
import { createRecorder } from './recorder.js'

// One of the processes of a history: `process.ts <url> <file> <options as JSON>`. It writes its history into the file,
// and ends when its calls are answered. An error that nobody catches ends it with a status of its own.
const [url = '', file = '', options = '{}'] = process.argv.slice(2)
process.on('uncaughtExceptionMonitor', (error, origin) => {
  appendFileSync(`${file}.crash`, `${origin}: ${error.stack}\n`)
})
const history = openSync(file, 'a')
const recorder = createRecorder(openUrl(url), (line) => writeSync(history, `${line}\n`))
await runCallers(recorder, JSON.parse(options))
await recorder.close()
