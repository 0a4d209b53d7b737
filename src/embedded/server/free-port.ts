/** Listens on a port, and says what is in the way when that is not possible. */
import { createServer, type Server } from 'node:net';
import { SlipwayError } from '../../domain/errors.ts';

export interface Place {
  readonly port: number;
  readonly host?: string;
}

/** Throws Conflict when the port is taken. Asked first, because a start that cannot end well should end at once. */
export async function requireFreePort(port: number): Promise<void> {
  const server = createServer();
  await listening(server, { port });
  await new Promise((resolve) => server.close(resolve));
}

export function listening(server: Server, { port, host = '127.0.0.1' }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen(port, host, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): SlipwayError {
  switch (error.code) {
    case 'EADDRINUSE': {
      const message = `Port ${port} is taken by another program. Stop that one, or choose another port: --port ${port + 1}.`;
      return new SlipwayError('Conflict', message, { cause: error });
    }
    case 'EACCES': {
      const message = `Port ${port} needs rights that this user does not have. Choose one above 1023: --port 4000.`;
      return new SlipwayError('InvalidRequest', message, { cause: error });
    }
    default:
      return new SlipwayError('Broken', `Cannot listen on port ${port}: ${error.message}.`, { cause: error });
  }
}
