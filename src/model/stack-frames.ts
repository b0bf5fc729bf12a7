/** A frame as V8 writes it: with a place in a file, or one of the few places that are none. */
const frame = /^ {4}at (?:.+ \((?:.+:\d+:\d+|.+:0x[\da-f]+|native|<anonymous>|index \d+)\)|.+:\d+:\d+|.+:0x[\da-f]+|<anonymous>)$/

/**
 * The lines of an error's stack that say where it was thrown. A stack begins with the message, which may have lines of
 * its own that look like frames, and may quote what somebody wrote. So only what follows the message counts, up to
 * where a host has added something, and of it what has the form of a frame, as the message may have been longer once.
 */
export function stackFrames({ stack = '', message }: Error): readonly string[] {
  const at = stack.indexOf(message)
  const [, ...lines] = stack.slice(at === -1 ? 0 : at + message.length).split('\n')
  // The message is another one by now, so nobody knows where it ended: the frames are the last lines.
  if (at === -1) return lines.slice(lines.findLastIndex((line) => !frame.test(line)) + 1)
  const end = lines.findIndex((line) => !/^\s+at /.test(line))
  return lines.slice(0, end === -1 ? lines.length : end).filter((line) => frame.test(line))
}
