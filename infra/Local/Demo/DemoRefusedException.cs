namespace Marketplace.Local.Demo;

/// <summary>A service refused a part of the demo; the message says which part and in the service's own words.</summary>
internal sealed class DemoRefusedException(string message) : Exception(message);
