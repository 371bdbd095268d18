package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.ProxyEndpoint;

/** The stable handle of a hosted endpoint, which survives updates of plugin and configuration. */
public abstract class EndpointHandle implements MessageEndpoint, ProxyEndpoint {}
