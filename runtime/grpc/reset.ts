import { constants } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';

/**
 * The error of a call whose stream was reset with an HTTP/2 error code, as gRPC over HTTP/2 defines it under "Errors".
 * Undefined when the code tells nothing.
 */
export function resetError(rstCode: number | undefined): ConnectError | undefined {
  const code = codeOf(rstCode);
  return code === undefined ? undefined : new ConnectError(`the stream was reset with HTTP/2 error ${rstCode}`, code);
}

function codeOf(rstCode: number | undefined): Code | undefined {
  switch (rstCode) {
    case constants.NGHTTP2_PROTOCOL_ERROR:
    case constants.NGHTTP2_INTERNAL_ERROR:
    case constants.NGHTTP2_FLOW_CONTROL_ERROR:
    case constants.NGHTTP2_SETTINGS_TIMEOUT:
    case constants.NGHTTP2_FRAME_SIZE_ERROR:
    case constants.NGHTTP2_COMPRESSION_ERROR:
    case constants.NGHTTP2_CONNECT_ERROR:
      return Code.Internal;
    case constants.NGHTTP2_REFUSED_STREAM:
      return Code.Unavailable;
    case constants.NGHTTP2_CANCEL:
      return Code.Canceled;
    case constants.NGHTTP2_ENHANCE_YOUR_CALM:
      return Code.ResourceExhausted;
    case constants.NGHTTP2_INADEQUATE_SECURITY:
      return Code.PermissionDenied;
    default:
      return undefined;
  }
}
