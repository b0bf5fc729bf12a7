// Delays every chunk that passes through it, in each direction, by some milliseconds. It ends with the process that
// started it.
import { connect, createServer } from 'node:net'

const [host, port, milliseconds] = process.argv.slice(2)

// The connections are half-open, because one side's end must not overtake what the other side still has on its way.
const server = createServer({ allowHalfOpen: true }, (client) => {
  const target = connect({ port: Number(port), host, allowHalfOpen: true })
  forward(client, target)
  forward(target, client)
})

function forward(from, to) {
  from.setNoDelay(true)
  // Timers of one length fire in the order in which they were set, so the chunks keep their order.
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), Number(milliseconds)))
  from.on('end', () => setTimeout(() => to.end(), Number(milliseconds)))
  from.on('error', () => to.destroy())
}

server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('disconnect', () => process.exit())
