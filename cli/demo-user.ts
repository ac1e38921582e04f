/** Who the demo data belongs to. */
export const DEMO_USER = { email: 'demo@example.com', password: 'demo-password', name: 'Dana Demo' } as const;
