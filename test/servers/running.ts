/** A server that a test run talks to. */
export interface RunningServer {
  readonly url: string
  readonly version: string
  stop(): Promise<void>
}

/** A throwaway server that a test may restart. */
export interface RestartableServer extends RunningServer {
  /** Ends the server with a signal, and returns when it takes connections again. */
  restart(signal: NodeJS.Signals): Promise<void>
}
