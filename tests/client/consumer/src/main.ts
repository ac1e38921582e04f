import { walk } from './walk.ts';

declare const process: { readonly argv: readonly string[]; readonly stdout: { write(text: string): void } };

process.stdout.write(JSON.stringify(await walk(process.argv[2] ?? '')));
