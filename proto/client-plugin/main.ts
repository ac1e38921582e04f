/**
 * The Buf plugin that writes `gen/client/`: what the typed clients in `client/` need from the contracts besides the
 * code that protoc-gen-es generates. `make generate` runs it.
 */
import { getOption } from '@bufbuild/protobuf';
import { createEcmaScriptPlugin, runNodeJs } from '@bufbuild/protoplugin';
import { RpcOptions_Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';
import { writeRoutes } from './routes-file.ts';
import { writeServices } from './services-file.ts';

const plugin = createEcmaScriptPlugin({
  name: 'client-plugin',
  version: 'v1',
  generateTs(schema) {
    const services = schema.files
      .filter((file) => file.proto.package.startsWith('numer.'))
      .flatMap((file) => file.services)
      .toSorted((a, b) => (a.typeName < b.typeName ? -1 : 1));
    const published = services
      .map((service) => ({
        service,
        methods: service.methods.filter((method) => getOption(method, rpc).access !== RpcOptions_Access.INTERNAL),
      }))
      .filter(({ methods }) => methods.length > 0);
    writeServices(schema.generateFile('client/services.ts'), published);
    writeRoutes(schema.generateFile('client/routes.ts'), published);
  },
});

runNodeJs(plugin);
