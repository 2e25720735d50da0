var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRazorComponents();
builder.Services.AddHealthChecks();

var app = builder.Build();
app.MapHealthChecks("/live");
app.MapHealthChecks("/ready");
app.Run();

public partial class Program;
