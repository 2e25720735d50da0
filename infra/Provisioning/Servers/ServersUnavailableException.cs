namespace Marketplace.Provisioning.Servers;

/// <summary>PostgreSQL or RabbitMQ cannot be had here; the message says exactly what to install.</summary>
public sealed class ServersUnavailableException(string message) : Exception(message);
