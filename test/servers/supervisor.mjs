// Runs one server and ends it when the parent process goes away for any reason. A test run that is killed closes this
// process's stdin, and that is the signal. This is plain JavaScript, so that it starts in 40 ms and needs no loader.
import { spawn } from 'node:child_process'
import { openSync, rmSync } from 'node:fs'

const { command, args, uid, gid, cwd, logFile, stopSignal, removeAtEnd } = JSON.parse(process.argv[2] ?? '{}')
const log = openSync(logFile, 'a')
const server = spawn(command, args, { uid, gid, cwd, stdio: ['ignore', log, log] })

let stopping = false
let ended = false

function end() {
  rmSync(removeAtEnd, { recursive: true, force: true, maxRetries: 3 })
  process.exit(0)
}

function stop() {
  if (stopping) return
  stopping = true
  if (ended) end()
  server.kill(stopSignal)
  setTimeout(() => server.kill('SIGKILL'), 5_000)
}

function onEnd(reason) {
  ended = true
  if (stopping) end()
  // The directory, with the log that gives the reason, is kept until the parent has read it.
  process.stdout.write(`${reason}\n`)
}

server.on('error', (error) => onEnd(error.message))
server.on('exit', (code, signal) => onEnd(`exited with ${signal ?? code}`))
process.stdout.on('error', () => {})
process.stdin.on('end', stop).on('error', stop).resume()
process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', stop)
