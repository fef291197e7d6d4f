import {
  type Client,
  Code,
  ConnectError,
  createClient,
  type Interceptor,
  type Transport,
} from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { ReportsService } from "../../generated/tributary/analytics/v1/reports_service_pb";
import { DealsService } from "../../generated/tributary/deals/v1/deals_service_pb";
import { ForecastService } from "../../generated/tributary/deals/v1/forecast_service_pb";
import { GatewayService } from "../../generated/tributary/gateway/v1/gateway_service_pb";
import type { Session } from "./session";

/** A call that takes longer is given up. */
const DEADLINE_MS = 60_000;

/** The services that the console asks. */
export interface Calls {
  reports: Client<typeof ReportsService>;
  forecast: Client<typeof ForecastService>;
  deals: Client<typeof DealsService>;
  gateway: Client<typeof GatewayService>;
}

export function callsOver(transport: Transport): Calls {
  return {
    reports: createClient(ReportsService, transport),
    forecast: createClient(ForecastService, transport),
    deals: createClient(DealsService, transport),
    gateway: createClient(GatewayService, transport),
  };
}

/** gRPC-Web to where the page came from. */
export function transportFor(session: Session): Transport {
  return createGrpcWebTransport({
    baseUrl: window.location.origin,
    defaultTimeoutMs: DEADLINE_MS,
    interceptors: [bearer(session)],
  });
}

/** Puts the token on each call, and ends a session that the gateway does not take any more. */
export function bearer(session: Session): Interceptor {
  return (next) => async (request) => {
    const token = session.current()?.token;
    if (token !== undefined) {
      request.header.set("authorization", `Bearer ${token}`);
    }
    try {
      return await next(request);
    } catch (error) {
      if (token !== undefined && ConnectError.from(error).code === Code.Unauthenticated) {
        session.end();
      }
      throw error;
    }
  };
}
